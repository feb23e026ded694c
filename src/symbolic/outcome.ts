import type { RejectType } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import { type Layout, levelsOf } from './layout.js';

/**
 * How a chain, a table or a hook ends. `return` only inside: the caller goes on. `leave` only between the rules of a chain: it ends here. `translated` only between the nat chains of a hook:
 * a translation is settled, so that no other nat chain is asked.
 */
export type Ending = 'return' | 'leave' | 'accept' | 'translated' | 'drop' | `reject ${RejectType}`;

/** By field: what each bit is afterwards, most significant first, as a boolean diagram over the variables before. Absent: unchanged. */
export type Written = Readonly<Record<string, readonly number[]>>;

/**
 * Something that rules do beside their verdict. `log` and `opaque` show what has been written by then, which is `seen`; `ask` is a test
 * with a state of its own, which being asked changes; `change` is done to a packet or its entry, which nobody sees once it is gone.
 */
export interface Effect {
  readonly kind: 'log' | 'ask' | 'opaque' | 'change';
  readonly text: string;
  readonly seen: Written;
}

/** What rules do to a packet: the ending, the effects in order, and what is written. Equal outcomes have the same number. */
export interface Outcome {
  readonly ending: Ending;
  readonly effects: readonly Effect[];
  readonly written: Written;
}

/** Hash-conses outcomes to numbers from 2 on, so that they can be terminals beside false and true. */
export interface OutcomeTable {
  number(outcome: Outcome): number;
  outcome(number: number): Outcome;
  /** Whether any outcome so far writes the field, or anything at all. */
  writes(field?: string): boolean;
  /** Whether all outcomes so far with this ending have no effects and write nothing. */
  plain(ending: Ending): boolean;
}

const writtenEntries = (written: Written): readonly unknown[] => Object.entries(written).sort(([a], [b]) => (a < b ? -1 : 1));

/** One text for one writing, whatever the order of its fields. */
export const writtenKey = (written: Written): string => JSON.stringify(writtenEntries(written));

export const nothingWritten: Written = {};

export function createOutcomes(): OutcomeTable {
  const byKey = new Map<string, number>();
  const list: Outcome[] = [];
  const fields = new Set<string>();
  const touching = new Set<Ending>();
  return {
    number(outcome) {
      const key = JSON.stringify([outcome.ending, outcome.effects.map(({ kind, text, seen }) => [kind, text, writtenEntries(seen)]), writtenEntries(outcome.written)]);
      const known = byKey.get(key);
      if (known !== undefined) return known;
      list.push(outcome);
      Object.keys(outcome.written).forEach((field) => fields.add(field));
      if (isTouching(outcome)) touching.add(outcome.ending);
      byKey.set(key, list.length + 1);
      return list.length + 1;
    },
    outcome(number) {
      const outcome = list[number - 2];
      if (outcome === undefined) throw new Error(`no outcome has the number ${number}`);
      return outcome;
    },
    writes: (field) => (field === undefined ? fields.size > 0 : fields.has(field)),
    plain: (ending) => !touching.has(ending),
  };
}

/** Whether more comes of it than how it ends. */
export const isTouching = ({ effects, written }: Outcome): boolean => effects.length > 0 || Object.keys(written).length > 0;

/** Turns a function of what is read behind `first` into one of what is there before it. */
export type Through = (node: number) => number;

/** What is written by one writing after the other. */
export function writtenInSequence(first: Written, second: Written, through: Through, bdd: Bdd, layout: Layout): Written {
  const fields = new Set([...Object.keys(first), ...Object.keys(second)]);
  const written: Record<string, readonly number[]> = {};
  for (const field of fields) {
    const bits = second[field]?.map(through) ?? first[field] ?? [];
    const levels = levelsOf(layout, field);
    if (levels === undefined || !bits.every((bit, index) => bit === bdd.variable(levels[index] ?? -1))) written[field] = bits;
  }
  return written;
}

/** The outcome of one after the other: effects in order, and what the second reads is what the first has written. */
export function inSequence(first: Outcome, second: Outcome, through: Through, bdd: Bdd, layout: Layout): Outcome {
  const later = second.effects.map((effect): Effect => {
    if (effect.kind !== 'log' && effect.kind !== 'opaque') return effect;
    const seen = writtenInSequence(first.written, effect.seen, through, bdd, layout);
    return { ...effect, seen: effect.kind === 'log' ? logged(seen) : seen };
  });
  return visible({ ending: second.ending, effects: withoutRepetition(first.effects, later), written: writtenInSequence(first.written, second.written, through, bdd, layout) });
}

/** What is done to a packet twice, with nothing in between, is done once. */
function withoutRepetition(before: readonly Effect[], after: readonly Effect[]): readonly Effect[] {
  const [last, first] = [before.at(-1), after[0]];
  return last?.kind === 'change' && first?.kind === 'change' && last.text === first.text ? [...before, ...after.slice(1)] : [...before, ...after];
}

/** A log shows the packet and its mark, not its connection. */
const logged = (written: Written): Written => Object.fromEntries(Object.entries(written).filter(([field]) => !field.startsWith('ct.') && field !== 'attached'));

/**
 * What is left of an outcome for others to see. A dropped packet leaves its logs and the mark of its connection; the answer to a
 * rejected one quotes its headers, but has a mark of its own.
 */
export function visible(outcome: Outcome): Outcome {
  const { ending, effects, written } = outcome;
  if (ending === 'drop') {
    const mark = written['ct.mark'];
    return { ending, effects: effects.filter(({ kind }) => kind !== 'change'), written: mark === undefined ? nothingWritten : { 'ct.mark': mark } };
  }
  if (ending.startsWith('reject') && written['packet.mark'] !== undefined) {
    const { 'packet.mark': _, ...rest } = written;
    return { ending, effects, written: rest };
  }
  return outcome;
}
