import type { Outcome, PacketInput, Program, Topology } from '../../src/ir/index.js';
import { diagnose, type Diagnostic } from '../../src/diagnostics/index.js';
import { createHost } from '../../src/stack/index.js';
import { createEngine } from './engine.js';
import { createRuntime } from './runtime.js';
import { createLiveSets } from './sets.js';

export interface InterpreterOptions {
  /** Without it every destination is local unless the packet says where it is forwarded to. */
  readonly topology?: Topology;
  /** Packets follow one another: rates and counters go on. Otherwise each is judged as if it were alone. */
  readonly sequence?: boolean;
  /** What the host sends to itself goes on through PREROUTING and INPUT of `lo`. */
  readonly loopback?: boolean;
  /** Of the stream that `statistic --mode random` draws from. */
  readonly seed?: number;
}

/** The reference interpreter: what the kernel does with any packet under these rules, told from the surface IR. */
export interface Interpreter {
  /** What becomes of the packet; verdict `unknown` where its fate hangs on what is not modelled. */
  judge(packet: PacketInput): Outcome;
  /** An error at the rule for an `unknown` outcome, else none. */
  explain(outcome: Outcome): readonly Diagnostic[];
  /** Forgets what a sequence left behind. */
  reset(): void;
}

export function createInterpreter(program: Program, options: InterpreterOptions = {}): Interpreter {
  const { fingerprints } = program;
  const sets = createLiveSets(program.sets);
  const engines = program.rulesets.map((ruleset) => {
    const runtime = createRuntime(options.seed ?? 0);
    const known = { ...(fingerprints === undefined ? {} : { fingerprints }), ...(options.topology?.sockets === undefined ? {} : { sockets: options.topology.sockets }) };
    return createEngine(ruleset, { family: ruleset.family, sets, runtime, ...known }, () => {
      runtime.reset();
      sets.reset();
    });
  });
  const host = createHost({ engines, ...options });
  const files = new Map(program.rulesets.map(({ family, file }) => [family, file]));
  return {
    judge: (packet) => host.judge(packet),
    explain({ id, unknown }) {
      if (unknown === undefined) return [];
      const { family, table, chain, rule, extension, reason, source } = unknown;
      return [diagnose('fate-unknown', { packet: id, extension, reason }, { file: files.get(family) ?? '-', table, chain, rule, ...source })];
    },
    reset: () => host.reset(),
  };
}
