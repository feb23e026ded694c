import type { Chain, Hook, Ruleset, Table, TableName, Unknown } from '../../src/ir/index.js';
import { fragmentOffset4, headerLength4, type HostView, type LivePacket, type RuleEngine, type TableVerdict } from '../../src/stack/index.js';
import type { Compilation, Evaluation } from './evaluation.js';
import { compileRule, judgeRule, type CompiledRule, type Step } from './rule.js';
import { turnsReassemblyOn, turnsTrackingOn } from './tracking.js';

interface CompiledChain {
  readonly rules: readonly CompiledRule[];
  readonly base: boolean;
  readonly policy: TableVerdict;
  /** The end of the chain: the policy, or back to the caller. */
  readonly end: Step;
}

type CompiledTable = ReadonlyMap<string, CompiledChain>;

/** The tables of one family as xtables runs them. */
export function createEngine(ruleset: Ruleset, compilation: Compilation, reset: () => void): RuleEngine {
  const tables = new Map<TableName, CompiledTable>(ruleset.tables.map((table) => [table.name, compileTable(table, compilation)]));
  return {
    family: ruleset.family,
    tracking: turnsTrackingOn(ruleset),
    defragmentation: turnsReassemblyOn(ruleset),
    tables: ruleset.tables.map(({ name }) => name),
    run: (table, hook, packet, host) => {
      const compiled = tables.get(table);
      const chain = compiled?.get(hook);
      return compiled === undefined || chain?.base !== true ? { kind: 'accept' } : traverse(compiled, chain, evaluationOf(table, hook, packet, host));
    },
    reset,
  };
}

const compileTable = (table: Table, compilation: Compilation): CompiledTable => new Map(table.chains.map((chain) => [chain.name, compileChain(chain, table.name, compilation)]));

function compileChain(chain: Chain, table: TableName, compilation: Compilation): CompiledChain {
  const base = chain.kind === 'base';
  return {
    rules: chain.rules.map((rule, index) => compileRule(rule, { table, chain: chain.name, rule: index + 1 }, compilation)),
    base,
    policy: { kind: base && chain.policy === 'DROP' ? 'drop' : 'accept' },
    end: { table, chain: chain.name, rule: 0, line: chain.source?.line ?? 0, result: base ? 'policy' : 'return' },
  };
}

const evaluationOf = (table: TableName, hook: Hook, packet: LivePacket, host: HostView): Evaluation => ({
  packet,
  host,
  hook,
  table,
  transport: packet.family === 4 ? headerLength4(packet.bytes) : 0,
  fragment: packet.family === 4 ? fragmentOffset4(packet.bytes) : 0,
  hotdrop: false,
});

/** Chains that call one another twice a level look at 2^depth rules; the kernel would hang, this says so. */
const mostRules = 1_000_000;

const tooMany = ({ steps }: CompiledRule, { packet, table }: Evaluation): Unknown => ({
  family: packet.family, table, chain: steps.unknown.chain, rule: steps.unknown.rule, extension: 'the jumps',
  reason: `which lead over more than ${mostRules} rules at one hook`, source: { line: steps.unknown.line, column: 1, endColumn: 2 }, limit: true,
});

interface Frame {
  readonly chain: CompiledChain;
  readonly next: number;
}

/**
 * From the base chain on: a jump comes back to the rule behind it, a goto to the caller of the chain it stands in, RETURN and the end
 * of a chain likewise; where no caller is left, the policy decides.
 */
function traverse(table: CompiledTable, base: CompiledChain, evaluation: Evaluation): TableVerdict {
  let looked = 0;
  const { packet } = evaluation;
  const callers: Frame[] = [];
  let chain = base;
  let next = 0;
  for (;;) {
    const rule = chain.rules[next];
    let back = rule === undefined;
    if (rule === undefined) {
      if (!chain.base) packet.trace(chain.end);
    } else {
      next += 1;
      looked += 1;
      if (looked > mostRules) return { kind: 'unknown', unknown: tooMany(rule, evaluation) };
      const result = judgeRule(rule, evaluation);
      if (result === 'unknown') {
        packet.trace(rule.steps.unknown);
        if (rule.opaque?.harmless === true && !evaluation.hotdrop) continue;
        return rule.opaque === undefined ? { kind: 'drop' } : { kind: 'unknown', unknown: rule.opaque.unknown };
      }
      if (result === 'no-match') {
        packet.trace(evaluation.hotdrop ? rule.steps.hotdrop : rule.steps['no-match']);
        if (evaluation.hotdrop) return { kind: 'drop' };
        continue;
      }
      const { action } = rule;
      if (evaluation.hotdrop) {
        // Condemned, yet the rule matched: what it does is done (REJECT answers), then the packet is dropped.
        packet.trace(rule.steps.hotdrop);
        const verdict = action.kind === 'effect' ? action.run(evaluation) : undefined;
        return verdict?.kind === 'reject' ? verdict : { kind: 'drop' };
      }
      packet.trace(action.kind === 'return' ? rule.steps.return : action.kind === 'verdict' && action.verdict.kind === 'unknown' ? rule.steps.unknown : rule.steps.match);
      switch (action.kind) {
        case 'verdict':
          return action.verdict;
        case 'effect': {
          const verdict = action.run(evaluation);
          if (verdict !== undefined) return verdict;
          continue;
        }
        case 'return':
          back = true;
          break;
        case 'jump':
          callers.push({ chain, next });
          chain = chainOf(table, action.chain);
          next = 0;
          continue;
        case 'goto':
          chain = chainOf(table, action.chain);
          next = 0;
          continue;
      }
    }
    if (!back) continue;
    const caller = callers.pop();
    if (caller === undefined) {
      packet.trace(base.end);
      return base.policy;
    }
    ({ chain, next } = caller);
  }
}

function chainOf(table: CompiledTable, name: string): CompiledChain {
  const chain = table.get(name);
  if (chain === undefined) throw new Error(`a rule jumps to chain ${name}, which the grammar should have refused`);
  return chain;
}
