import { fieldBits, type CtStateFlag, type Family, type Field, type Interval, type Predicate, type Presence } from '../../../src/ir/index.js';

export const always: Predicate = { kind: 'constant', value: true };
export const never: Predicate = { kind: 'constant', value: false };
export const constant = (value: boolean): Predicate => (value ? always : never);

export const and = (operands: readonly Predicate[]): Predicate => combine('and', operands);
export const or = (operands: readonly Predicate[]): Predicate => combine('or', operands);

function combine(kind: 'and' | 'or', operands: readonly Predicate[]): Predicate {
  const neutral = kind === 'and';
  const kept: Predicate[] = [];
  for (const operand of operands) {
    if (operand.kind === 'constant') {
      if (operand.value !== neutral) return operand;
    } else if (operand.kind === kind) kept.push(...operand.operands);
    else kept.push(operand);
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
export const present = (what: Presence): Predicate => ({ kind: 'present', what });
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

/** Ascending, disjoint, not adjacent, within 0 and `full`. */
export function normalise(intervals: readonly Interval[], full: bigint): readonly Interval[] {
  const ordered = intervals
    .map(({ min, max }) => ({ min: min < 0n ? 0n : min, max: max > full ? full : max }))
    .filter(({ min, max }) => min <= max)
    .sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
  const merged: Interval[] = [];
  for (const interval of ordered) {
    const last = merged.at(-1);
    if (last !== undefined && interval.min <= last.max + 1n) {
      if (interval.max > last.max) merged[merged.length - 1] = { min: last.min, max: interval.max };
    } else merged.push(interval);
  }
  return merged;
}

export const holdsFor = (intervals: readonly Interval[], value: bigint): boolean => intervals.some(({ min, max }) => min <= value && value <= max);
