import { externalTests, type CoreRule, type CoreTable, type Hook, type Predicate } from '../../src/ir/index.js';
import type { Expression } from './ast.js';
import { call, member, number } from './build.js';
import { noteCall } from './chains.js';
import type { CounterKind } from './context.js';
import { counterFunction } from './counters-text.js';
import type { Spot } from './lowering.js';
import { reachable } from './rewrites.js';
import { decided, negate, unknown, type Truth } from './truth.js';

/**
 * A test that counts the packets which come to it, in exact mode: nothing behind the program does then. It is asked in its place among
 * the rule's tests and nowhere else, so that what ends the rule before it leaves the counter alone.
 */
export function countedTest(predicate: Predicate, rule: CoreRule, index: number, spot: Spot): Truth {
  if (predicate.kind === 'not') return negate(countedTest(predicate.operand, rule, index, spot));
  const because = hindrance(rule, index, spot);
  if (because !== undefined) return unknown(because);
  const { scene } = spot.lowering;
  const count = (kind: CounterKind, ...behind: readonly Expression[]): Truth => decided(counted(kind, behind, `${rule.position} ${rule.part ?? 0} ${index}`, spot));
  switch (predicate.kind) {
    case 'nth':
      return count('nth', number(predicate.every), number(predicate.packet));
    case 'limit':
      scene.assume('clock-of-250-hz');
      return count('limit', number(predicate.interval), number(predicate.burst));
    case 'external': {
      const { test } = predicate;
      if (test.kind !== 'quota') return unknown(externalTests[test.kind].words);
      const length = scene.rewritten.get('ip.length');
      return length === undefined ? count('quota', number(test.bytes), member('length')) : unknown(length);
    }
    default:
      return unknown('a state of its own');
  }
}

/** Why the packets that come to this test are not those that the program sees. */
function hindrance(rule: CoreRule, index: number, { lowering, chain }: Spot): string | undefined {
  if (!lowering.session.counts) return "a counter, which is the kernel's own but under --assume counted-by-one-program";
  if (lowering.table.name === 'nat') return 'a counter of new connections';
  const hook = elsewhere(lowering.table, chain.name);
  if (hook !== undefined) return `a counter that ${hook} goes on with`;
  return rule.steps.slice(0, index).some((step) => step.kind === 'require' && step.late) ? 'a counter behind a test that drops broken packets' : undefined;
}

/** A hook whose packets no XDP program sees, and that comes to the chain too. */
const elsewhere = (table: CoreTable, chain: string): Hook | undefined =>
  table.chains.find((start) => (start.base?.hook === 'OUTPUT' || start.base?.hook === 'POSTROUTING') && reachable(table, start).some(({ name }) => name === chain))?.base?.hook;

function counted(kind: CounterKind, behind: readonly Expression[], place: string, { lowering: { scene, session, table }, chain, function: caller }: Spot): Expression {
  for (const id of ['counted-by-one-program', 'counted-as-received', 'no-losses-before-rules'] as const) scene.assume(id);
  const key = `v${scene.family} ${table.name} ${chain.name} ${place}`;
  const counter = session.counters.get(key) ?? { family: scene.family, kind, number: session.counters.size };
  session.counters.set(key, counter);
  noteCall(session, caller, counterFunction[kind]);
  return call(counterFunction[kind], number(counter.number), ...behind);
}
