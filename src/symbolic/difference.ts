import { exclusive } from './assignment.js';
import { levelsOf } from './layout.js';
import type { Outcome, Written } from './outcome.js';
import { predicateNode } from './predicate.js';
import type { RulesetContext } from './context.js';

/**
 * Where two diagrams of outcomes differ. Outcomes that write differ only where the values written do: a bit copied from itself and a
 * constant are the same where it has that value. `within`: where anybody asks; what is written outside is not compared, which for a
 * copied field can cost more than all else.
 */
export function differingNode(left: number, right: number, context: RulesetContext, within = 1): number {
  const { bdd, outcomes } = context;
  if (left === right) return 0;
  const writes = [left, right].some((root) => [...bdd.terminalsOf(root)].some((value) => isWritten(outcomes.outcome(value))));
  if (!writes) return bdd.differs(left, right);
  // Pairs of outcomes stand as placeholders first: what tells them apart may ask variables above.
  const pairs = new Map<string, { readonly value: number; readonly left: Outcome; readonly right: Outcome }>();
  const paired = bdd.replace(left, right, (one, other) => {
    if (one === undefined || other === undefined) return undefined;
    if (one === other) return 0;
    const [a, b] = [outcomes.outcome(one), outcomes.outcome(other)];
    if (!alike(a, b)) return 1;
    const key = `${one} ${other}`;
    const known = pairs.get(key) ?? { value: -pairs.size - 1, left: a, right: b };
    pairs.set(key, known);
    return bdd.terminal(known.value);
  });
  const where = (value: number): number => bdd.replace(paired, 0, (at) => (at === undefined ? undefined : at === value ? 1 : 0));
  return [...pairs.values()].reduce((region, pair) => {
    const place = bdd.and(within, where(pair.value));
    return place === 0 ? region : bdd.or(region, bdd.and(place, apart(pair.left, pair.right, context)));
  }, where(1));
}

const isWritten = ({ written, effects }: Outcome): boolean => Object.keys(written).length > 0 || effects.some(({ seen }) => Object.keys(seen).length > 0);

/** The same ending, and the same effects but for what these show. */
const alike = (left: Outcome, right: Outcome): boolean =>
  left.ending === right.ending && left.effects.length === right.effects.length && left.effects.every(({ kind, text }, index) => kind === right.effects[index]?.kind && text === right.effects[index]?.text);

function apart(left: Outcome, right: Outcome, context: RulesetContext): number {
  const { bdd, layout } = context;
  const shown = left.effects.reduce((all, { seen }, index) => bdd.or(all, writtenApart(seen, right.effects[index]?.seen ?? {}, context)), 0);
  const differs = writtenApart(left.written, right.written, context);
  // A dropped packet's entry is gone with it, unless packets have passed before.
  const lasting = left.ending === 'drop' ? bdd.and(differs, bdd.not(bdd.and(bdd.variable(layout.first), predicateNode({ kind: 'ct-state', states: ['NEW', 'RELATED'] }, { hook: 'INPUT', tracked: true }, context)))) : differs;
  return bdd.or(shown, lasting);
}

function writtenApart(left: Written, right: Written, { bdd, layout }: RulesetContext): number {
  let region = 0;
  for (const field of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const levels = levelsOf(layout, field) ?? [];
    levels.forEach((level, index) => {
      const [one, other] = [left[field]?.[index] ?? bdd.variable(level), right[field]?.[index] ?? bdd.variable(level)];
      if (one !== other) region = bdd.or(region, exclusive(one, other, bdd));
    });
  }
  return region;
}
