import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pcap file of raw IP packets (link type 101), one second apart. */
function pcap(packets: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(101, 20);
  const records = packets.map((packet, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(index, 0);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return Buffer.concat([record, packet]);
  });
  return Buffer.concat([header, ...records]);
}

/** What `tcpdump -vvv` says of each packet, one string a packet; undefined where tcpdump is not installed. */
export async function tcpdump(packets: readonly Uint8Array[]): Promise<readonly string[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrule-pcap-'));
  try {
    const file = join(folder, 'packets.pcap');
    await writeFile(file, pcap(packets));
    const run = await execa('tcpdump', ['-nvvvtt', '-r', file], { reject: false });
    if (run.exitCode === undefined) return undefined;
    if (run.exitCode !== 0) throw new Error(run.stderr);
    return run.stdout.split(/^(?=\d+\.\d+ )/m).map((text) => text.replace(/\s+/g, ' ').trim());
  } finally {
    await rm(folder, { recursive: true });
  }
}
