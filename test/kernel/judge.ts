import { spawn } from 'node:child_process';
import type { Socket } from '../../src/ir/index.js';
import { compileC, harnessFile } from './compile.js';
import { FrameReader, FrameWriter } from './frames.js';

/** One look at a packet: at which hook, where in it, through which interfaces (kernel index, 0 none). */
export interface HookEvent {
  /** Kernel number: 0 PREROUTING, 1 INPUT, 2 FORWARD, 3 OUTPUT, 4 POSTROUTING. */
  readonly hook: number;
  /** `a` before everything, `d` after defragmentation, `z` after everything. */
  readonly point: string;
  readonly in: number;
  readonly out: number;
  readonly mark: number;
  /** Only at `z` of INPUT and POSTROUTING. */
  readonly bytes: Uint8Array;
}

/** All that was seen of one packet and of what it caused. */
export interface Sighting {
  /** errno of the write or the sendto. */
  readonly error: number;
  /** Local delivery took it as a fragment. */
  readonly reassembly: boolean;
  /** It was sent with IP id 1 in place of 0. */
  readonly patchedId: boolean;
  readonly events: readonly HookEvent[];
}

/** One packet as the process wants it. `device` counts opened devices from 0. */
export interface Injection {
  readonly local: boolean;
  readonly device: number;
  readonly packetType: number | undefined;
  readonly mark: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly ethernet: Uint8Array | undefined;
  readonly bytes: Uint8Array;
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running judge process: a network namespace of its own, which dies with it. */
export interface Judge {
  /** Makes a TUN or TAP device; its kernel index. */
  open(name: string, link: 'tun' | 'tap'): Promise<number>;
  /** Makes an accounting object, of 31 bytes at most. */
  addAccount(name: string): Promise<void>;
  /** Opens a socket for good. Fails with the process when the kernel refuses it. */
  openSocket(socket: Socket): Promise<void>;
  run(command: readonly string[], stdin?: string | Uint8Array): Promise<CommandResult>;
  /** Like `run` with the output as bytes. */
  runBinary(command: readonly string[], stdin: Uint8Array): Promise<{ readonly status: number; readonly stdout: Uint8Array; readonly stderr: string }>;
  judge(injections: readonly Injection[]): Promise<readonly Sighting[]>;
  close(): Promise<void>;
}

export async function startJudge(): Promise<Judge> {
  const program = await compileC(harnessFile('judge/judge.c'), ['bpf']);
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: { resolve(reader: FrameReader): void; reject(error: Error): void }[] = [];
  let stderr = '';
  let ended: Error | undefined;
  let chunks: Buffer[] = [];
  let room = 0;

  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    room += chunk.length;
    for (;;) {
      const [first] = chunks;
      if (first === undefined || room < 4) return;
      const head = first.length >= 4 ? first : Buffer.concat(chunks);
      const length = head.readUInt32LE(0) + 4;
      if (room < length) return;
      const whole = chunks.length === 1 ? first : Buffer.concat(chunks);
      chunks = whole.length > length ? [whole.subarray(length)] : [];
      room -= length;
      waiting.shift()?.resolve(new FrameReader(whole.subarray(4, length)));
    }
  });
  const exit = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      ended = new Error(`the kernel judge ended (${why}): ${stderr.trim()}`);
      for (const one of waiting.splice(0)) one.reject(ended);
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(String(signal ?? code)));
  });

  const request = (frame: FrameWriter): Promise<FrameReader> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      waiting.push({ resolve, reject });
      child.stdin.write(frame.finish());
    });

  const runBinary: Judge['runBinary'] = async (command, stdin) => {
    const frame = new FrameWriter(2);
    frame.u16(command.length);
    for (const word of command) {
      const bytes = Buffer.from(word);
      frame.u16(bytes.length);
      frame.bytes(bytes);
    }
    frame.bytes(stdin);
    const answer = await request(frame);
    const status = answer.u32();
    const stdout = answer.bytes(answer.u32());
    return { status, stdout, stderr: Buffer.from(answer.bytes(answer.u32())).toString() };
  };

  return {
    async open(name, link) {
      const frame = new FrameWriter(1);
      frame.u8(link === 'tap' ? 1 : 0);
      frame.bytes(Buffer.from(name));
      return (await request(frame)).u32();
    },
    async addAccount(name) {
      const frame = new FrameWriter(5);
      frame.bytes(Buffer.from(name));
      await request(frame);
    },
    async openSocket({ family, protocol, address, port, peer, transparent, mark }) {
      const frame = new FrameWriter(4);
      for (const byte of [family, protocol, transparent === true ? 1 : 0, peer === undefined ? 0 : 1]) frame.u8(byte);
      frame.u32(mark ?? 0);
      for (const end of [{ address, port }, ...(peer === undefined ? [] : [peer])]) {
        frame.bytes(Buffer.from(end.address.toString(16).padStart(family === 4 ? 8 : 32, '0'), 'hex'));
        frame.u16(end.port);
      }
      await request(frame);
    },
    async run(command, stdin = '') {
      const result = await runBinary(command, typeof stdin === 'string' ? Buffer.from(stdin) : stdin);
      return { ...result, stdout: Buffer.from(result.stdout).toString() };
    },
    runBinary,
    async judge(injections) {
      const frame = new FrameWriter(3);
      frame.u32(injections.length);
      for (const injection of injections) {
        frame.u8(injection.local ? 1 : 0);
        frame.u8(injection.packetType ?? 255);
        frame.u16(injection.device);
        frame.u32(injection.mark);
        frame.u32(injection.uid);
        frame.u32(injection.gid);
        frame.u8(injection.groups.length);
        for (const group of injection.groups) frame.u32(group);
        const ethernet = injection.ethernet ?? new Uint8Array();
        frame.u16(ethernet.length);
        frame.u32(ethernet.length + injection.bytes.length);
        frame.bytes(ethernet);
        frame.bytes(injection.bytes);
      }
      const answer = await request(frame);
      return injections.map(() => readSighting(answer));
    },
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exit;
      clearTimeout(timer);
    },
  };
}

function readSighting(answer: FrameReader): Sighting {
  const error = answer.u32();
  const flags = answer.u8();
  const events: HookEvent[] = [];
  for (let left = answer.u32(); left > 0; left--) {
    const hook = answer.u8();
    const point = String.fromCharCode(answer.u8());
    const [inIndex, outIndex, mark] = [answer.u32(), answer.u32(), answer.u32()];
    events.push({ hook, point, in: inIndex, out: outIndex, mark, bytes: answer.bytes(answer.u32()) });
  }
  return { error, reassembly: (flags & 1) !== 0, patchedId: (flags & 2) !== 0, events };
}
