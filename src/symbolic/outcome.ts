import type { RejectType } from '../ir/index.js';

/** How a chain or a hook ends. `return` only inside: the caller goes on. Translation is an effect: the packet goes on. */
export type Ending = 'return' | 'accept' | 'drop' | `reject ${RejectType}`;

/**
 * What rules do to a packet: the ending, the effects in order (logs, translation, tracking), and where each bit of the fields
 * that rules may write comes from. Two outcomes are equal exactly when they have the same number.
 */
export interface Outcome {
  readonly ending: Ending;
  readonly effects: readonly string[];
  /** By field: one entry a bit, most significant first: 0, 1, or the bit of a field it copies, possibly inverted. Absent fields are unchanged. */
  readonly written: Readonly<Record<string, readonly BitSource[]>>;
}

export type BitSource = 0 | 1 | { readonly field: string; readonly bit: number; readonly inverted: boolean };

/** Hash-conses outcomes to numbers from 2 on, so that they can be terminals beside false and true. */
export interface OutcomeTable {
  number(outcome: Outcome): number;
  outcome(number: number): Outcome;
}

export function createOutcomes(): OutcomeTable {
  const byKey = new Map<string, number>();
  const list: Outcome[] = [];
  return {
    number(outcome) {
      const key = JSON.stringify([outcome.ending, outcome.effects, Object.entries(outcome.written).sort(([a], [b]) => (a < b ? -1 : 1))]);
      const known = byKey.get(key);
      if (known !== undefined) return known;
      list.push(outcome);
      byKey.set(key, list.length + 1);
      return list.length + 1;
    },
    outcome(number) {
      const outcome = list[number - 2];
      if (outcome === undefined) throw new Error(`no outcome has the number ${number}`);
      return outcome;
    },
  };
}

/** The outcome of one after the other: effects in order, and what the second reads is what the first has written. */
export function inSequence(first: Outcome, second: Outcome): Outcome {
  const effects = first.effects.length === 0 ? second.effects : [...first.effects, ...second.effects];
  // Nobody sees what was written to a packet that is gone.
  if (second.ending !== 'return' && second.ending !== 'accept') return { ending: second.ending, effects, written: {} };
  const fields = new Set([...Object.keys(first.written), ...Object.keys(second.written)]);
  if (fields.size === 0) return { ending: second.ending, effects, written: {} };
  const written: Record<string, readonly BitSource[]> = {};
  for (const field of fields) {
    const bits = (second.written[field] ?? first.written[field] ?? []).map((bit): BitSource => (second.written[field] === undefined ? bit : through(bit, first)));
    if (!bits.every((bit, index) => bit !== 0 && bit !== 1 && bit.field === field && bit.bit === index && !bit.inverted)) written[field] = bits;
  }
  return { ending: second.ending, effects, written };
}

function through(source: BitSource, first: Outcome): BitSource {
  if (source === 0 || source === 1) return source;
  const earlier = first.written[source.field]?.[source.bit];
  if (earlier === undefined) return source;
  if (earlier === 0 || earlier === 1) return source.inverted ? (earlier === 0 ? 1 : 0) : earlier;
  return { ...earlier, inverted: earlier.inverted !== source.inverted };
}
