import type { Family } from './address.js';
import { fieldBits, type Field, type Interval, type Predicate, type Presence } from './core.js';
import { externalTests } from './external.js';

/** A predicate that is not put together from others. */
export type PredicateLeaf = Exclude<Predicate, { readonly kind: 'and' | 'or' | 'not' }>;

/** Leaves whose asking changes what later packets meet. */
export type StatefulLeaf = Extract<Predicate, { readonly kind: 'limit' | 'random' | 'nth' | 'external' }>;

export const hasOwnState = (leaf: Predicate): leaf is StatefulLeaf =>
  leaf.kind === 'limit' || leaf.kind === 'random' || leaf.kind === 'nth' || (leaf.kind === 'external' && externalTests[leaf.test.kind].state);

/** Whether asking a predicate changes a state. */
export const isStateful = (predicate: Predicate): boolean => leavesOf(predicate).some(hasOwnState);

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

/** The questions that a predicate is put together from, in order. */
export function leavesOf(predicate: Predicate): readonly PredicateLeaf[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.operands.flatMap(leavesOf);
    case 'not':
      return leavesOf(predicate.operand);
    default:
      return [predicate];
  }
}

export const negatedIf = (negated: boolean, predicate: Predicate): Predicate => (negated ? not(predicate) : predicate);

export const present = (what: Presence): Predicate => ({ kind: 'present', what });

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

/** Ascending intervals turned inside out, within 0 and `full`. */
export function complement(intervals: readonly Interval[], full: bigint): readonly Interval[] {
  const out: Interval[] = [];
  let from = 0n;
  for (const { min, max } of intervals) {
    if (min > from) out.push({ min: from, max: min - 1n });
    from = max + 1n;
  }
  if (from <= full) out.push({ min: from, max: full });
  return out;
}

/** `field & mask` in one of the intervals: a mask of the field's own width, intervals apart and in order; constants where it always or never is. */
export function fieldIn(family: Family, field: Field, mask: bigint, intervals: readonly Interval[]): Predicate {
  const full = mask & ((1n << BigInt(fieldBits(field, family))) - 1n);
  const normal = normalise(intervals, full);
  const [first] = normal;
  if (first === undefined) return never;
  if (normal.length === 1 && first.min === 0n && first.max === full) return always;
  return { kind: 'field', field, mask: full, intervals: normal };
}
