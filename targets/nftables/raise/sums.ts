import { identityOf } from '../../../src/ir/index.js';
import { verdict, type Expression, type Payload } from '../ast.js';
import { sumOf } from '../sums.js';
import type { ListedRule, ListedStatement } from '../read/listed.js';

type Entry = Extract<Expression, { readonly kind: 'map' }>['entries'][number];

/**
 * nft has no arithmetic, and sets an IPv4 field to constants alone: an addition is a rule for each value, which sets the field and
 * returns. A run of such rules over one byte comes back as one assignment by a map.
 */
export function sumsAt(rules: readonly ListedRule[], at: number): { readonly statements: readonly ListedStatement[]; readonly count: number } | undefined {
  const first = stepOf(rules[at]);
  if (first === undefined || first.entry.key.min !== 0n) return undefined;
  const entries = [first.entry];
  for (let last = first.entry; last.key.max < 0xffn; ) {
    const next = stepOf(rules[at + entries.length]);
    if (next === undefined || next.entry.key.min !== last.key.max + 1n || identityOf(next.target) !== identityOf(first.target)) return undefined;
    entries.push(next.entry);
    last = next.entry;
  }
  const { target } = first;
  if (sumOf(entries) === undefined) return undefined;
  return { statements: [{ kind: 'set', target, value: { kind: 'map', key: target, entries } }, verdict('return')], count: entries.length };
}

function stepOf(rule: ListedRule | undefined): { readonly target: Payload; readonly entry: Entry } | undefined {
  const [test, set, back, ...more] = rule?.statements ?? [];
  if (test?.kind !== 'match' || test.negated || test.right.kind !== 'intervals' || set?.kind !== 'set' || back?.kind !== 'verdict' || back.verdict !== 'return' || more.length > 0) return undefined;
  const [key, ...others] = test.right.intervals;
  const { target, value } = set;
  if (key === undefined || others.length > 0 || target.kind !== 'payload' || target.bits !== 8 || value.kind !== 'value' || identityOf(target) !== identityOf(test.left)) return undefined;
  return { target, entry: { key, value: value.value } };
}
