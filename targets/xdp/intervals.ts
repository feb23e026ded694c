import { fieldBits, type Family, type Field, type Interval } from '../../src/ir/index.js';
import type { Expression } from './ast.js';
import { all, and, any, compare, minus, no, number, yes } from './build.js';
import type { Reading } from './fields.js';

/** `reading & mask` lies in one of the intervals, as C. Intervals beyond the mask hold nothing. */
export function inIntervals(field: Field, family: Family, reading: Exclude<Reading, { kind: 'hidden' }>, mask: bigint, intervals: readonly Interval[]): Expression {
  const full = (1n << BigInt(fieldBits(field, family))) - 1n;
  const kept = mask & full;
  const possible = intervals.filter((interval) => interval.min <= kept).map((interval) => ({ min: interval.min, max: interval.max < kept ? interval.max : kept }));
  return any(possible.map((interval) => (reading.kind === 'word' ? inWord(reading.value, kept, full, interval) : inHalves(reading, kept, interval))));
}

function inWord(value: Expression, mask: bigint, full: bigint, { min, max }: Interval): Expression {
  if (min > max) return no;
  if (min === 0n && max >= mask) return yes;
  if (value.kind === 'number') {
    const known = value.value & mask;
    return known >= min && known <= max ? yes : no;
  }
  const masked = mask === full ? value : and(value, number(mask));
  if (min === max) return compare(masked, '==', number(min));
  if (min === 0n) return compare(masked, '<=', number(max));
  if (max >= mask) return compare(masked, '>=', number(min));
  const prefix = asPrefix(full, { min, max });
  if (prefix !== undefined) return compare(and(value, number(mask & prefix)), '==', number(min));
  return compare(minus(masked, number(min)), '<=', number(max - min));
}

const low64 = (1n << 64n) - 1n;

function inHalves(reading: { readonly high: Expression; readonly low: Expression }, mask: bigint, { min, max }: Interval): Expression {
  const full = (1n << 128n) - 1n;
  if (min > max) return no;
  if (min === 0n && max >= mask) return yes;
  const prefix = min === max ? full : asPrefix(full, { min, max });
  if (prefix !== undefined) {
    const half = (value: Expression, bits: bigint, wanted: bigint): Expression =>
      bits === 0n ? (wanted === 0n ? yes : no) : compare(bits === low64 ? value : and(value, number(bits)), '==', number(wanted));
    const compared = mask & prefix;
    return all([half(reading.high, compared >> 64n, min >> 64n), half(reading.low, compared & low64, min & low64)]);
  }
  const high = mask >> 64n === low64 ? reading.high : and(reading.high, number(mask >> 64n));
  const low = (mask & low64) === low64 ? reading.low : and(reading.low, number(mask & low64));
  const beyond = (operator: '<' | '>', bound: bigint): Expression => {
    const orEqual = operator === '>' ? '>=' : '<=';
    return any([
      compare(high, operator, number(bound >> 64n)),
      all([compare(high, '==', number(bound >> 64n)), compare(low, orEqual, number(bound & low64))]),
    ]);
  };
  return all([min === 0n ? yes : beyond('>', min), max >= mask ? yes : beyond('<', max)]);
}

/** The mask that turns an aligned power-of-two interval into one comparison. */
function asPrefix(full: bigint, { min, max }: Interval): bigint | undefined {
  const size = max - min + 1n;
  return (size & (size - 1n)) === 0n && min % size === 0n ? full ^ (size - 1n) : undefined;
}
