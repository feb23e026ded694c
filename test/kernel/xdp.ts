import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { PacketInput } from '../../src/ir/index.js';
import { cachePath, compileC, exists, harnessFile, stderrOf } from './compile.js';
import type { Host } from './host.js';
import { defaultMac } from './lane.js';

const actions = ['aborted', 'drop', 'pass', 'tx', 'redirect'] as const;
export type XdpAction = (typeof actions)[number];

export interface XdpFrame {
  readonly bytes: Uint8Array;
  /** One of the host's interfaces; none given, the kernel names loopback. */
  readonly inInterface?: string;
}

const run = promisify(execFile);
const flags = ['-O2', '-target', 'bpf', '-g', '-Wall', '-Werror', `-I/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`];

/** Compiles an XDP program as its users would, warnings being errors. The path of the object file; throws with clang's words. */
export async function compileXdp(source: string): Promise<string> {
  const object = await cachePath('xdp', [source, ...flags]);
  if (await exists(`${object}.o`)) return `${object}.o`;
  const partial = `${object}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(`${partial}.c`, source);
  try {
    await run('clang', [...flags, '-c', `${partial}.c`, '-o', `${partial}.o`], { maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`clang refuses the program (${partial}.c):\n${stderrOf(error).slice(0, 8000)}`);
  }
  await rename(`${partial}.c`, `${object}.c`);
  await rename(`${partial}.o`, `${object}.o`);
  return `${object}.o`;
}

/**
 * Loads the object inside the host's namespace and shows it the frames. Actions in the same order; throws with the verifier's log
 * when the kernel refuses the program. Frames shorter than 14 bytes or longer than about 3,500 cannot be run.
 */
export async function runXdp(host: Host, object: string, frames: readonly XdpFrame[]): Promise<readonly XdpAction[]> {
  const runner = await compileC(harnessFile('xdp/runner.c'), ['bpf']);
  const parts = frames.flatMap(({ bytes, inInterface }) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(inInterface === undefined ? 0 : host.interfaceIndex(inInterface), 0);
    head.writeUInt32LE(bytes.length, 4);
    return [head, bytes];
  });
  const { status, stdout, stderr } = await host.runBinary([runner, object], Buffer.concat(parts));
  if (status !== 0) throw new Error(`${object}: ${stderr.length > 12000 ? `${stderr.slice(0, 2000)}\n...\n${stderr.slice(-10000)}` : stderr}`);
  const answer = Buffer.from(stdout);
  return frames.map(({ bytes }, position) => {
    const value = answer.readInt32LE(position * 4);
    const action = actions[value];
    if (action === undefined) throw new Error(`frame ${position} (${bytes.length} bytes): ${value < 0 ? `errno ${-value}` : `action ${value}`}`);
    return action;
  });
}

const broadcast = 'ffffffffffff';
const macBytes = (mac: string): Uint8Array => Buffer.from(mac.replaceAll(':', ''), 'hex');

/** The frame that carries a packet: its own Ethernet header, or a plain one from a neighbour to the first interface. */
export function frameOf(packet: PacketInput): Uint8Array {
  if (packet.ethernet) return Buffer.concat([packet.ethernet, packet.bytes]);
  const type = (packet.bytes[0] ?? 0) >> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00];
  const destination = packet.packetType === 'broadcast' ? Buffer.from(broadcast, 'hex') : macBytes(defaultMac(0));
  return Buffer.concat([destination, macBytes('02:00:00:00:99:01'), Uint8Array.from(type), packet.bytes]);
}
