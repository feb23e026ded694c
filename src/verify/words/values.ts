import { addressBits, type Family, type Interval } from '../../ir/index.js';
import { complement } from '../../ir/predicate.js';
import { formatAddress } from '../../packet/index.js';

/** How many parts of an address list are written out as prefixes rather than as a range. */
const mostPrefixes = 3;

/** The values of a dimension, or `not` those that it lacks where these are fewer to say. */
export function shorter(intervals: readonly Interval[], full: bigint, words: (intervals: readonly Interval[]) => readonly string[]): readonly string[] {
  const inside = words(intervals);
  if (inside.length < 2 && intervals.length < 2) return inside;
  const outside = words(complement(intervals, full));
  return outside.length > 0 && outside.length < inside.length ? outside.map((word) => `not ${word}`) : inside;
}

/** Prefixes, and ranges where a range would be many prefixes. */
export const addressWords = (family: Family) => (intervals: readonly Interval[]): readonly string[] =>
  intervals.flatMap(({ min, max }) => {
    const prefixes = prefixesOf(min, max, addressBits(family));
    if (prefixes === undefined) return [`${formatAddress(family, min)}-${formatAddress(family, max)}`];
    return prefixes.map(({ address, length }) => (length === addressBits(family) ? formatAddress(family, address) : `${formatAddress(family, address)}/${length}`));
  });

function prefixesOf(min: bigint, max: bigint, bits: number): readonly { readonly address: bigint; readonly length: number }[] | undefined {
  const out: { readonly address: bigint; readonly length: number }[] = [];
  for (let at = min; at <= max; ) {
    if (out.length === mostPrefixes) return undefined;
    let size = 1n;
    let length = bits;
    while (at % (size * 2n) === 0n && at + size * 2n - 1n <= max && length > 0) {
      size *= 2n;
      length -= 1;
    }
    out.push({ address: at, length });
    at += size;
  }
  return out;
}

export const numberWords = (intervals: readonly Interval[]): readonly string[] => intervals.flatMap(({ min, max }) => (min === max ? [`${min}`] : max === min + 1n ? [`${min}`, `${max}`] : [`${min}-${max}`]));

export const hexWords = (intervals: readonly Interval[]): readonly string[] =>
  intervals.map(({ min, max }) => (min === max ? `0x${min.toString(16)}` : `0x${min.toString(16)}-0x${max.toString(16)}`));

/** Every number of the intervals, where there are few. */
export const numbersIn = (intervals: readonly Interval[]): readonly number[] =>
  intervals.flatMap(({ min, max }) => Array.from({ length: Number(max - min) + 1 }, (_, index) => Number(min) + index));
