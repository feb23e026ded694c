import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePcap } from '../../src/packet/index.js';

/** What `tcpdump -vvv` says of each packet, one string a packet; undefined where tcpdump is not installed. */
export const tcpdump = (packets: readonly Uint8Array[]): Promise<readonly string[] | undefined> => dumped(writePcap(packets.map((bytes, at) => ({ id: String(at), origin: 'wire', bytes }))));

/** The same of a pcap file; `-e` shows Ethernet headers. */
export async function dumped(pcap: Uint8Array, ...options: readonly string[]): Promise<readonly string[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'ferrule-pcap-'));
  try {
    const file = join(folder, 'packets.pcap');
    await writeFile(file, pcap);
    const run = await execa('tcpdump', ['-nvvvtt', ...options, '-r', file], { reject: false });
    if (run.exitCode === undefined) return undefined;
    if (run.exitCode !== 0) throw new Error(run.stderr);
    return run.stdout.split(/^(?=\d+\.\d+ )/m).map((text) => text.replace(/\s+/g, ' ').trim());
  } finally {
    await rm(folder, { recursive: true });
  }
}
