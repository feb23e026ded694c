import { type AssumptionId, mayAssume, type Predicate } from '../../../src/ir/index.js';
import type { RuleContext } from './context.js';

/**
 * Guards of headers that stand within a test: unlike those that are steps of their own they are marked with no assumption. Whether the guard
 * is left out, since an assumption that may be used makes it true.
 */
export function leavesOut(predicate: Predicate, context: RuleContext): boolean {
  const needed = isHeader(predicate) ? 'no-truncated-l4-headers' : isWhole(predicate) && context.family === 6 ? fragments(context) : isWalk(predicate, context) ? 'no-broken-ipv6-extension-headers' : undefined;
  return needed !== undefined && accepts([needed], context);
}

/** Of the conjuncts those that are to be asked; `load`, one of them, shows that a header is there, and fails on later fragments too. */
export function askedTogether(operands: readonly Predicate[], context: RuleContext): { readonly asked: readonly Predicate[]; readonly load?: Predicate } {
  const load = operands.find(isHeader);
  if (load === undefined || !operands.some(isWhole)) return { asked: operands };
  const others = operands.filter((operand) => !isWhole(operand));
  return accepts(['no-truncated-l4-headers', fragments(context)], context) ? { asked: others.filter((operand) => operand !== load) } : { asked: others, load };
}

function accepts(ids: readonly AssumptionId[], { table: { compilation } }: RuleContext): boolean {
  if (!ids.every((id) => mayAssume(id, compilation))) return false;
  for (const id of ids) compilation.used.add(id);
  return true;
}

const fragments = ({ family, table }: RuleContext): AssumptionId => (family === 6 && table.reassembles ? 'no-nested-fragments' : 'no-later-fragments');

const isHeader = (predicate: Predicate): boolean => predicate.kind === 'present' && predicate.what.kind === 'transport' && predicate.what.laterFragments === undefined;

/** The packet is no later fragment: in IPv6 no match asks just that, in IPv4 `-f` does. */
const isWhole = (predicate: Predicate): boolean => predicate.kind === 'field' && predicate.field === 'ip.fragment-offset' && predicate.mask === 0x1fffn && predicate.intervals.length === 1 && predicate.intervals[0]?.max === 0n;

const isWalk = (predicate: Predicate, { family }: RuleContext): boolean => family === 6 && predicate.kind === 'present' && predicate.what.kind === 'protocol';
