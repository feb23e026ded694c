import { fieldBits, type Family, type Field, type Interval, type Predicate, type Test } from '../ir/index.js';
import { always, fieldIn, negatedIf, never } from '../ir/predicate.js';

export { always, and, constant, negatedIf, never, normalise, not, or } from '../ir/predicate.js';

/** The predicate of a test's value, under its `!`. */
export const tested = <T>(test: Test<T>, predicate: (value: T) => Predicate): Predicate => negatedIf(test.negated, predicate(test.value));

/** `field` lies in one of the intervals, given in any order; constants where it always or never does. */
export const inIntervals = (family: Family, field: Field, intervals: readonly Interval[]): Predicate => fieldIn(family, field, (1n << BigInt(fieldBits(field, family))) - 1n, intervals);

export const equals = (family: Family, field: Field, value: number | bigint): Predicate =>
  inIntervals(family, field, [{ min: BigInt(value), max: BigInt(value) }]);

export const inRange = (family: Family, field: Field, range: { readonly min: number | bigint; readonly max: number | bigint }): Predicate =>
  inIntervals(family, field, [{ min: BigInt(range.min), max: BigInt(range.max) }]);

/** `field & mask == value`, as xtables compares: bits of `value` outside the mask are never met. */
export function masked(family: Family, field: Field, value: bigint, mask: bigint): Predicate {
  const full = (1n << BigInt(fieldBits(field, family))) - 1n;
  const effective = mask & full;
  if ((value & ~effective) !== 0n) return never;
  if (effective === 0n) return always;
  return { kind: 'field', field, mask: effective, intervals: [{ min: value, max: value }] };
}
