import type { Bdd } from './bdd.js';
import { type Layout, levelsOf } from './layout.js';
import { type Ending, inSequence, isTouching, nothingWritten, type Outcome, type OutcomeTable, type Through, type Written, writtenKey } from './outcome.js';
import { askedIn, type Questions } from './questions.js';

/** What is needed to put outcomes one behind the other. */
export interface SequenceContext {
  readonly bdd: Bdd;
  readonly layout: Layout;
  readonly outcomes: OutcomeTable;
  readonly questions: Questions;
}

export const endNode = (ending: Ending, { bdd, outcomes }: SequenceContext): number => bdd.terminal(outcomes.number({ ending, effects: [], written: nothingWritten }));

/** What assignments mean to the tests behind them: each written bit is read as what it has become. */
export function substitutionOf(written: Written, { layout }: Pick<SequenceContext, 'layout'>): Map<number, number> {
  const substitution = new Map<number, number>();
  for (const [field, bits] of Object.entries(written)) levelsOf(layout, field)?.forEach((level, index) => substitution.set(level, bits[index] ?? 0));
  return substitution;
}

export const throughOf = (context: Pick<SequenceContext, 'bdd' | 'layout'>) => (written: Written): Through => {
  const substitution = substitutionOf(written, context);
  return (node) => context.bdd.substitute(node, substitution);
};

/** Whoever goes on behind the diagram carries no effect and no writing. */
export function returnsPlainly(node: number, { bdd, outcomes }: SequenceContext): boolean {
  return outcomes.plain('return') || [...bdd.terminalsOf(node)].map(outcomes.outcome).every((outcome) => outcome.ending !== 'return' || !isTouching(outcome));
}

/** Nothing is written, and nothing with a state asked, that others could see behind it. */
export function touchesNothing(node: number, { bdd, outcomes }: SequenceContext): boolean {
  return [...bdd.terminalsOf(node)].map(outcomes.outcome).every(({ effects, written }) => Object.keys(written).length === 0 && effects.every(({ kind }) => kind === 'log'));
}

/** The diagram with another ending in the place of one. */
export function renamed(node: number, from: Ending, to: Ending, { bdd, outcomes }: SequenceContext): number {
  return bdd.replace(node, 0, (value) => {
    if (value === undefined) return undefined;
    const outcome = outcomes.outcome(value);
    return outcome.ending === from ? bdd.terminal(outcomes.number({ ...outcome, ending: to })) : 'left';
  });
}

/**
 * Goes on with `rest` wherever `node` ends with `ending`: its effects come first, and what it has written is what `rest` reads.
 * Everything that ends otherwise stays.
 */
export function follow(node: number, ending: Ending, rest: number, context: SequenceContext): number {
  const { bdd, outcomes, layout, questions } = context;
  const plain = endNode(ending, context);
  if (rest === plain) return node;
  if (outcomes.plain(ending)) return bdd.graft(node, plain, rest);
  const groups = groupsOf(node, ending, rest, context);
  // Outcomes that go on without a trace, and no others that go on.
  const [only] = groups;
  if (groups.length === 1 && only?.values.size === 1 && only.values.has(bdd.value(plain))) return bdd.graft(node, plain, rest);
  // What does nothing may be done twice.
  if (node === rest && groups.every(({ values }) => [...values].every((value) => bdd.terminal(value) === plain))) return node;
  // Each group goes on with what its writings make of the rest. Groups stand aside as placeholders first, so that what one brings in is not taken for another.
  const placeholder = (value: number): number => bdd.terminal(-value - 1);
  const aside = groups.length <= 1 ? node : bdd.replace(node, 0, (left) => (left === undefined ? undefined : outcomes.outcome(left).ending === ending ? placeholder(left) : 'left'));
  let there: ReadonlySet<number> | undefined;
  const levels = (): ReadonlySet<number> => (there ??= levelsIn(rest, context));
  // Groups that the rest is the same behind go on together: what translates differently, as a rule.
  const together = new Map<number, Map<number, (right: number) => number>>();
  for (const { written, asked, values } of groups) {
    const asks = questions.behind(written, asked, levels);
    const substitution = new Map([...substitutionOf(written, context), ...asks]);
    const through: Through = (inner) => bdd.substitute(inner, substitution);
    const after = through(rest);
    const joins = together.get(after) ?? new Map<number, (right: number) => number>();
    together.set(after, joins);
    for (const left of values) joins.set(left, (right) => bdd.terminal(outcomes.number(inSequence(outcomes.outcome(left), outcomes.outcome(right), through, bdd, layout))));
  }
  return [...together].reduce((result, [after, joins]) => {
    const joined = new Map<string, number>();
    return bdd.replace(result, after, (left, right) => {
      if (left === undefined) return undefined;
      const value = groups.length === 1 ? left : -left - 1;
      const join = joins.get(value);
      if (join === undefined) return 'left';
      if (bdd.terminal(value) === plain) return 'right';
      if (right === undefined) return undefined;
      const key = `${value} ${right}`;
      const known = joined.get(key) ?? join(right);
      joined.set(key, known);
      return known;
    });
  }, aside);
}

interface Group {
  readonly written: Written;
  readonly asked: ReadonlyMap<string, number>;
  readonly values: Set<number>;
}

/** Outcomes that go on alike: they have written the same, and asked the same of what the rest asks again. */
function groupsOf(node: number, ending: Ending, rest: number, { bdd, outcomes, layout }: SequenceContext): readonly Group[] {
  const going = [...bdd.terminalsOf(node)].flatMap((value): readonly (readonly [number, Outcome])[] => {
    const outcome = outcomes.outcome(value);
    return outcome.ending === ending ? [[value, outcome]] : [];
  });
  const again = going.some(([, { effects }]) => effects.some(({ kind }) => kind === 'ask')) ? new Set([...asksOf(rest, { bdd, outcomes }), ...layout.setQuestions]) : new Set<string>();
  const groups = new Map<string, Group>();
  for (const [value, { written, effects }] of going) {
    const asked = new Map([...askedIn(effects)].filter(([key]) => again.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = `${writtenKey(written)} ${JSON.stringify([...asked])}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { written, asked, values: new Set([value]) });
    else known.values.add(value);
  }
  return [...groups.values()];
}

function asksOf(node: number, { bdd, outcomes }: Pick<SequenceContext, 'bdd' | 'outcomes'>): ReadonlySet<string> {
  const asks = new Set<string>();
  for (const value of bdd.terminalsOf(node)) for (const { kind, text } of outcomes.outcome(value).effects) if (kind === 'ask') asks.add(text);
  return asks;
}

/** The variables that a diagram of outcomes asks, and those that its outcomes write with. */
export function levelsIn(root: number, { bdd, outcomes }: Pick<SequenceContext, 'bdd' | 'outcomes'>): ReadonlySet<number> {
  const bits = new Set<number>();
  const add = (written: Written): void => Object.values(written).forEach((some) => some.forEach((bit) => bits.add(bit)));
  for (const value of bdd.terminalsOf(root)) {
    if (value < 2) continue;
    const { written, effects } = outcomes.outcome(value);
    add(written);
    for (const { seen } of effects) add(seen);
  }
  const levels = new Set(bdd.levelsOf(root));
  for (const bit of bits) for (const level of bdd.levelsOf(bit)) levels.add(level);
  return levels;
}
