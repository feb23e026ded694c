import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { createInterpreter } from '../../targets/interpreter/index.js';
import type { XdpOptions } from '../../targets/xdp/index.js';
import { isOutside } from '../check/outside.js';
import { diagnose } from '../diagnostics/index.js';
import type { AssumptionId, CtState, Outcome, PacketInput, Program } from '../ir/index.js';
import { concat, describePacket, ethernetHeader } from '../packet/index.js';
import { suiteNote, suiteOf, type SuiteEntry } from '../suite/index.js';
import type { Proof } from './proof.js';
import { exitStatus } from './status.js';
import { xdpRunner } from './xdp-runner.js';

/** Compiling for this machine and running take no longer than this, in milliseconds. */
const longest = 60_000;

const notJudged = (reason: string): Proof => ({ notes: [`not judged by a suite of packets: ${reason}`], diagnostics: [], document: { proof: { result: 'not-judged', reason } } });

const living: ReadonlySet<Outcome['verdict']> = new Set(['input', 'forward', 'output', 'reject']);

/** The packet lives, or somebody hears of its end. */
export const goesOn = ({ verdict, replies }: Outcome): boolean => living.has(verdict) || replies.length > 0;

const states: readonly CtState[] = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID'];

/**
 * Runs one packet for every class that the rules tell apart, and for the edges between them, through the program, compiled for this
 * machine. What it drops the rules must drop in every state; in the exact mode it drops whatever they drop. Where rules count, the
 * packets follow one another on both sides, in rounds and without those that the stack loses.
 */
export async function judgeXdp(program: Program, text: string, options: XdpOptions, assumed: readonly AssumptionId[]): Promise<Proof> {
  // The suite knows no list of addresses as a host.
  const { chain = 'INPUT' } = options;
  const topology = options.chain === undefined ? options.topology : undefined;
  if (topology === undefined && options.chain === undefined && (options.local ?? []).length > 0) return notJudged('--local says too little of the host for a suite; --topology says it');
  const suite = suiteOf(program, { hooks: ['PREROUTING', ...(topology === undefined ? [chain] : (['INPUT', 'FORWARD'] as const))], ...(topology === undefined ? {} : { topology }), classesAtMost: 2000, packetsAtMost: 8000, budget: 2_000_000 });
  if (suite === undefined) return notJudged('the rules ask too many questions that hang together');
  const stack = topology === undefined ? {} : { topology };
  const counting = assumed.includes('counted-by-one-program');
  const bare = createInterpreter({ rulesets: [], sets: [] }, stack);
  const once = suite.entries.filter(({ packet }) => (!counting || living.has(bare.judge(packet).verdict)) && (options.interface === undefined || packet.inInterface === options.interface) && packet.packetType === undefined && packet.ethernet === undefined && !isOutside(assumed, packet));
  const entries = counting ? inRounds(once) : once;
  const actions = await actionsOf(text, entries.map(({ packet }) => frameOf(packet)));
  if (typeof actions === 'string') return notJudged(actions);
  const { judge } = createInterpreter(program, { ...stack, sequence: counting });
  for (const [index, { packet, expected }] of entries.entries()) {
    const drops = actions[index] === '1';
    const outcome = counting ? judge(packet) : expected;
    const kept = drops ? [outcome, ...(counting ? [] : states.map((state) => judge({ ...packet, state })))].find(goesOn) : undefined;
    const passed = options.mode === 'exact' && !drops && outcome.verdict === 'drop';
    if (kept === undefined && !passed) continue;
    const parameters = { where: 'XDP', packet: describePacket(packet), left: kept?.verdict ?? 'dropped', right: drops ? 'dropped' : 'passed' };
    return { status: exitStatus.crash, notes: [], diagnostics: [diagnose('proof-failed', parameters, { file: program.rulesets[0]?.file ?? '', line: 0, column: 0, endColumn: 0 })], document: { proof: { result: 'different', judge: 'suite' } } };
  }
  const note = suiteNote({ ...suite, entries: once });
  return { notes: [`judged by a suite, as compiled for this machine: ${note}`], diagnostics: [], document: { proof: { result: 'judged', judge: 'suite', note } } };
}

/** Counters turn when packets come again: two rounds at least, and so many packets. */
const enoughToCount = 512;
const inRounds = (entries: readonly SuiteEntry[]): readonly SuiteEntry[] =>
  Array.from({ length: Math.max(2, Math.ceil(enoughToCount / Math.max(1, entries.length))) }, () => entries).flat();

function frameOf({ bytes }: PacketInput): Uint8Array {
  return concat(ethernetHeader({ source: 0x0200_0000_9901, destination: 0x0200_0000_0101, family: (bytes[0] ?? 0) >> 4 === 6 ? 6 : 4 }), bytes);
}

/** Action numbers in order, or why there are none. */
async function actionsOf(text: string, frames: readonly Uint8Array[]): Promise<readonly string[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'ferrule-xdp-'));
  try {
    writeFileSync(join(folder, 'program.c'), text);
    writeFileSync(join(folder, 'runner.c'), xdpRunner);
    const options = { cwd: folder, reject: false, timeout: longest } as const;
    const built = await execa('cc', ['-O0', '-w', 'runner.c', '-o', 'runner'], options);
    if (built.timedOut) return `the C compiler takes longer than ${longest / 1000} seconds`;
    if (built.exitCode === undefined) return 'there is no C compiler here';
    if (built.exitCode !== 0) return `the C compiler here does not take the program: ${built.stderr.split('\n').find((line) => line.includes('error')) ?? `exit status ${built.exitCode}`}`;
    const input = concat(...frames.flatMap((frame) => [lengthOf(frame), frame]));
    const ran = await execa(join(folder, 'runner'), [], { ...options, input, maxBuffer: 1 << 28 });
    return ran.exitCode === 0 ? ran.stdout.split('\n') : `the program ended with ${ran.exitCode ?? ran.signal ?? 'an error'}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lengthOf = ({ length }: Uint8Array): Uint8Array => Uint8Array.of(length & 255, (length >>> 8) & 255, (length >>> 16) & 255, length >>> 24);
