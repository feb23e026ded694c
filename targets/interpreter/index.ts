import type { Outcome, PacketInput, Program, Topology } from '../../src/ir/index.js';
import { diagnose, type Result } from '../../src/diagnostics/index.js';
import { createHost } from '../../src/stack/index.js';
import { createEngine } from './engine.js';
import { createRuntime } from './runtime.js';

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
  /** The outcome, and an error at the rule where a packet's fate hangs on what is not modelled (its verdict is then `unknown`). */
  judge(packet: PacketInput): Result<Outcome>;
  /** Forgets what a sequence left behind. */
  reset(): void;
}

export function createInterpreter(program: Program, options: InterpreterOptions = {}): Interpreter {
  const sets = new Map(program.sets.map((set) => [set.name, set]));
  const engines = program.rulesets.map((ruleset) => {
    const runtime = createRuntime(options.seed ?? 0);
    return createEngine(ruleset, { family: ruleset.family, sets, runtime }, runtime.reset);
  });
  const host = createHost({ engines, ...options });
  const files = new Map(program.rulesets.map(({ family, file }) => [family, file]));
  return {
    judge(packet) {
      const value = host.judge(packet);
      if (value.unknown === undefined) return { value, diagnostics: [] };
      const { family, table, chain, rule, extension, reason, source } = value.unknown;
      const place = { file: files.get(family) ?? '-', table, chain, rule, ...source };
      return { value, diagnostics: [diagnose('fate-unknown', { packet: packet.id, extension, reason }, place)] };
    },
    reset: () => host.reset(),
  };
}
