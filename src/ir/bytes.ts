import type { Family } from './address.js';
import type { Interval, Predicate } from './core.js';
import { networkFields, networkHeaderBytes, placedTest, trailingZeros } from './header-place.js';
import { and, fieldIn, never, normalise, or } from './predicate.js';

/** A number in the packet's bytes, `offset` bytes behind the beginning of its IP header. */
export interface Word {
  readonly offset: number;
  readonly size: number;
}

/** The packet has the word: its length says so. */
export function reaches({ offset, size }: Word, family: Family): Predicate {
  const end = offset + size;
  return fieldIn(family, 'ip.length', family === 4 ? 0xffffn : 0x1ffffn, [{ min: BigInt(end <= networkHeaderBytes[family] ? 0 : end), max: 0x1ffffn }]);
}

/** `word & mask` lies in one of the intervals, as a test of a field where one holds all the bits; never where the packet ends before. */
export function wordIn(word: Word, family: Family, mask: bigint, intervals: readonly Interval[]): Predicate {
  // No word has bits outside of the mask.
  const met = normalise(intervals, mask).filter(({ min, max }) => min !== max || (min & ~mask) === 0n);
  const [first] = met;
  if (first === undefined) return never;
  if (met.length === 1 && first.min === 0n && first.max === mask) return reaches(word, family);
  const test = narrowed(word, mask, met);
  const end = test.offset + test.size;
  const inHeader = end <= networkHeaderBytes[family] ? placedTest({ offset: test.offset * 8, bits: test.size * 8 }, networkFields[family], family, test.mask, test.intervals) : undefined;
  const asked = inHeader ?? { kind: 'external', test: { kind: 'bytes', ...test } };
  return end < word.offset + word.size ? and([reaches(word, family), asked]) : asked;
}

/** The bytes alone that the mask lets something through of. */
function narrowed({ offset, size }: Word, mask: bigint, intervals: readonly Interval[]): Word & { readonly mask: bigint; readonly intervals: readonly Interval[] } {
  const behind = Math.floor(trailingZeros(mask) / 8);
  const before = size - Math.ceil(mask.toString(2).length / 8);
  const down = BigInt(behind * 8);
  return { offset: offset + before, size: size - before - behind, mask: mask >> down, intervals: intervals.map(({ min, max }) => ({ min: -(-min >> down), max: max >> down })) };
}

/**
 * What a test of bytes asks, so that it does not matter how many of them are read at once: single values field by field and the rest
 * byte by byte, and that the packet has them. nft lists other words than it was given (measured).
 */
export function takenApart({ mask, intervals, ...word }: Word & { readonly mask: bigint; readonly intervals: readonly Interval[] }, family: Family): Predicate {
  const there = reaches(word, family);
  if (!intervals.every(({ min, max }) => min === max)) return and([there, { kind: 'external', test: { kind: 'bytes', ...word, mask, intervals } }]);
  const parts = partsOf(word, mask, family);
  return and([there, or(intervals.map(({ min }) => and(parts.map((part) => wordIn(word, family, part, [{ min: min & part, max: min & part }])))))]);
}

/** The mask, by fields of the IP header and beside them by bytes; the first of the header holds two numbers. */
function partsOf({ offset, size }: Word, mask: bigint, family: Family): readonly bigint[] {
  const bits = size * 8;
  const fields = networkFields[family].map((field) => within(bits, field.offset - offset * 8, field.bits) & mask);
  const beside = fields.reduce((rest, field) => rest & ~field, mask);
  const bytes = Array.from({ length: size * 2 }, (_, index) => index).flatMap((half) => (half < 2 && offset === 0 ? [within(bits, half * 4, 4)] : half % 2 === 0 ? [within(bits, half * 4, 8)] : []));
  return [...fields, ...bytes.map((byte) => byte & beside)].filter((part) => part !== 0n);
}

/** Ones where a place of so many bits lies in a word of `bits`. */
function within(bits: number, from: number, length: number): bigint {
  const [start, end] = [Math.max(from, 0), Math.min(from + length, bits)];
  return start >= end ? 0n : ((1n << BigInt(end - start)) - 1n) << BigInt(bits - end);
}
