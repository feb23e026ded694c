import { exclusive } from './assignment.js';
import { levelsOf } from './layout.js';
import type { Outcome, Written } from './outcome.js';
import { predicateNode } from './predicate.js';
import type { RulesetContext } from './context.js';
import { levelsIn } from './sequence.js';

/**
 * Where two diagrams of outcomes differ. Outcomes that write differ only where the values written do: a bit copied from itself and a
 * constant are the same where it has that value. `within`: where anybody asks; what is written outside is not compared, which for a
 * copied field can cost more than all else.
 *
 * Whether two fields that lie far apart have the same value can be told bit by bit, but not for all bits at once in any number of nodes
 * that a machine holds. Where that is asked, `some` gives a part of the region, which is empty only if the region is, and `all` a part of
 * all packets that holds the region.
 */
export function differingNode(left: number, right: number, context: RulesetContext, within = 1, extent: 'some' | 'all' = 'some'): number {
  const { bdd, outcomes } = context;
  if (left === right) return 0;
  // What effects show has been written by some outcome before.
  const writes = outcomes.writes() && [left, right].some((root) => [...bdd.terminalsOf(root)].some((value) => isWritten(outcomes.outcome(value))));
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
    return place === 0 ? region : bdd.or(region, apartWithin(place, pair.left, pair.right, context, extent));
  }, where(1));
}

/** Bits that are compared at once where each asks variables far apart. */
const bitsAtOnce = 6;

function apartWithin(place: number, left: Outcome, right: Outcome, context: RulesetContext, extent: 'some' | 'all'): number {
  const { bdd, layout } = context;
  const shown = left.effects.flatMap(({ seen }, index) => bitsApart(seen, right.effects[index]?.seen ?? {}, context));
  const written = bitsApart(left.written, right.written, context);
  // A dropped packet's entry is gone with it, unless packets have passed before.
  const lasting = left.ending === 'drop' ? bdd.not(bdd.and(bdd.variable(layout.first), predicateNode({ kind: 'ct-state', states: ['NEW', 'RELATED'] }, { hook: 'INPUT', tracked: true }, context))) : 1;
  const all = [...shown.map((node) => ({ node, where: place })), ...written.map((node) => ({ node, where: bdd.and(place, lasting) }))];
  const near = all.reduce((region, { node, where }) => (relatesWideFields(node, context) ? region : bdd.or(region, bdd.and(where, node))), 0);
  const far = all.filter(({ node }) => relatesWideFields(node, context));
  if (far.length === 0) return near;
  if (extent === 'all' && far.length > bitsAtOnce) return place;
  // The lowest bits first: they are the ones that rules use.
  for (let end = far.length; end > 0; end -= bitsAtOnce) {
    const group = far.slice(Math.max(0, end - bitsAtOnce), end);
    const region = group.reduce((sum, { node, where }) => bdd.or(sum, bdd.and(where, node)), near);
    if (region !== 0) return region;
  }
  return 0;
}

const isWritten = ({ written, effects }: Outcome): boolean => Object.keys(written).length > 0 || effects.some(({ seen }) => Object.keys(seen).length > 0);

/** The same ending, and the same effects but for what these show. */
const alike = (left: Outcome, right: Outcome): boolean =>
  left.ending === right.ending && left.effects.length === right.effects.length && left.effects.every(({ kind, text }, index) => kind === right.effects[index]?.kind && text === right.effects[index]?.text);

/** For each bit of what was written that is not the same function, where it is not the same. */
function bitsApart(left: Written, right: Written, { bdd, layout }: RulesetContext): readonly number[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((field) =>
    (levelsOf(layout, field) ?? []).flatMap((level, index): readonly number[] => {
      const [one, other] = [left[field]?.[index] ?? bdd.variable(level), right[field]?.[index] ?? bdd.variable(level)];
      return one === other ? [] : [exclusive(one, other, bdd)];
    }),
  );
}

/** Blocks of at least so many bits are far from one another. */
const wideBits = 16;

function relatesWideFields(node: number, context: RulesetContext): boolean {
  const levels = levelsIn(node, context);
  return context.layout.blocks.filter((block) => block.levels.length >= wideBits && block.levels.some((level) => levels.has(level))).length > 1;
}
