import { fieldBits, type Family, type Field, type Interval, type Predicate, type Test } from '../ir/index.js';

export const always: Predicate = { kind: 'constant', value: true };
export const never: Predicate = { kind: 'constant', value: false };

export const constant = (value: boolean): Predicate => (value ? always : never);

export function and(operands: readonly Predicate[]): Predicate {
  return combine('and', operands);
}

export function or(operands: readonly Predicate[]): Predicate {
  return combine('or', operands);
}

function combine(kind: 'and' | 'or', operands: readonly Predicate[]): Predicate {
  const neutral = kind === 'and';
  const kept: Predicate[] = [];
  for (const operand of operands) {
    if (operand.kind === 'constant') {
      if (operand.value !== neutral) return operand;
    } else if (operand.kind === kind) {
      kept.push(...operand.operands);
    } else {
      kept.push(operand);
    }
  }
  const [only] = kept;
  if (only === undefined) return constant(neutral);
  return kept.length === 1 ? only : { kind, operands: kept };
}

export function not(operand: Predicate): Predicate {
  if (operand.kind === 'constant') return constant(!operand.value);
  return operand.kind === 'not' ? operand.operand : { kind: 'not', operand };
}

export const negatedIf = (negated: boolean, predicate: Predicate): Predicate => (negated ? not(predicate) : predicate);

/** The predicate of a test's value, under its `!`. */
export const tested = <T>(test: Test<T>, predicate: (value: T) => Predicate): Predicate => negatedIf(test.negated, predicate(test.value));

/** `field` lies in one of the intervals, given in any order; constants where it always or never does. */
export function inIntervals(family: Family, field: Field, intervals: readonly Interval[]): Predicate {
  const full = (1n << BigInt(fieldBits(field, family))) - 1n;
  const normal = normalise(intervals, full);
  const [first] = normal;
  if (first === undefined) return never;
  if (first.min === 0n && first.max === full) return always;
  return { kind: 'field', field, mask: full, intervals: normal };
}

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

/** Ascending, disjoint, not adjacent, within 0 and `full`; inverted intervals vanish. */
export function normalise(intervals: readonly Interval[], full: bigint): Interval[] {
  const sorted = intervals
    .map(({ min, max }) => ({ min: min < 0n ? 0n : min, max: max > full ? full : max }))
    .filter(({ min, max }) => min <= max)
    .sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && interval.min <= last.max + 1n) {
      if (interval.max > last.max) merged[merged.length - 1] = { min: last.min, max: interval.max };
    } else {
      merged.push(interval);
    }
  }
  return merged;
}
