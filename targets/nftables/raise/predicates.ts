import { fieldBits, type CtStateFlag, type Family, type Field, type Interval, type Predicate } from '../../../src/ir/index.js';
import { always, never, normalise } from '../../../src/ir/predicate.js';

export { always, and, constant, negatedIf, never, normalise, not, or, present } from '../../../src/ir/predicate.js';

export const ctState = (states: readonly CtStateFlag[]): Predicate => (states.length === 0 ? never : { kind: 'ct-state', states });

/** All ones on so many bits. */
export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** `field & mask` in one of the intervals, in the form that the lowering of iptables gives: a mask of the field's own width, intervals apart and in order. */
export function fieldIn(family: Family, field: Field, mask: bigint, intervals: readonly Interval[]): Predicate {
  const full = ones(fieldBits(field, family));
  const normal = normalise(intervals, mask & full);
  const [first] = normal;
  if (first === undefined) return never;
  if (normal.length === 1 && first.min === 0n && first.max === (mask & full)) return always;
  return { kind: 'field', field, mask: mask & full, intervals: normal };
}

export const holdsFor = (intervals: readonly Interval[], value: bigint): boolean => intervals.some(({ min, max }) => min <= value && value <= max);
