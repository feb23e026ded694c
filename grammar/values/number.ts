import type { Range } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** What C's strtoul read: the value, and the index of the first character it did not take. */
export interface Scanned {
  readonly value: bigint;
  readonly end: number;
}

export const u8 = 0xff;
export const u16 = 0xffff;
export const u32 = 0xffff_ffff;
export const u64 = 0xffff_ffff_ffff_ffffn;

const number = /[ \t\n\v\f\r]*\+?(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9][0-9]*))/y;

/**
 * strtoul with base 0 as the tools call it: blanks and `+` before, `0x` hex, leading zero octal, no minus; undefined without
 * a digit or beyond 64 bits. `08` reads 0 and stops at the 8, as there.
 */
export function scanUnsigned(text: string, from = 0): Scanned | undefined {
  number.lastIndex = from;
  const found = number.exec(text);
  if (found === null) return undefined;
  const [, hex, octal, decimal] = found;
  const value = hex !== undefined ? BigInt(`0x${hex}`) : octal !== undefined ? BigInt(`0o0${octal}`) : BigInt(decimal ?? '');
  return value > u64 ? undefined : { value, end: number.lastIndex };
}

/** The whole text as an unsigned number between bounds, or undefined. */
export function parseUnsigned(text: string, max: number, min = 0): number | undefined {
  const scanned = scanUnsigned(text);
  if (scanned === undefined || scanned.end !== text.length) return undefined;
  return scanned.value < BigInt(min) || scanned.value > BigInt(max) ? undefined : Number(scanned.value);
}

/** One number between bounds: reports garbage and excess apart. */
export function readNumber(word: Word, reporter: Reporter, max: number, min = 0): number | undefined {
  const value = parseUnsigned(word.text, max, min);
  if (value === undefined) reportNumber(word, reporter, max, min);
  return value;
}

/** As `readNumber` for 64 bits. */
export function readBigNumber(word: Word, reporter: Reporter, max: bigint = u64): bigint | undefined {
  const scanned = scanUnsigned(word.text);
  if (scanned !== undefined && scanned.end === word.text.length && scanned.value <= max) return scanned.value;
  reportNumber(word, reporter, max, 0);
  return undefined;
}

function reportNumber(word: Word, reporter: Reporter, max: number | bigint, min: number): void {
  if (/^\s*[+-]?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(word.text)) {
    reporter.report('number-out-of-range', { text: word.text, min, max: String(max) }, placeOf(word, reporter));
  } else {
    reporter.report('bad-number', { text: word.text }, placeOf(word, reporter));
  }
}

/** A range as written; `single` when no colon stood there. */
export interface WrittenRange extends Range {
  readonly single: boolean;
}

/**
 * `a`, `a:b`, `a:`, `:b`, `:` or nothing at all (which is 0), as libxtables reads ranges of integers. The ends may be
 * reversed: only some extensions mind.
 */
export function readRange(word: Word, reporter: Reporter, max: number): WrittenRange | undefined {
  const ends = word.text.split(':');
  if (ends.length > 2) {
    reporter.report('too-many-values', { text: word.text, max: 2 }, placeOf(word, reporter));
    return undefined;
  }
  const [low = '', high] = ends;
  const first = low === '' ? 0 : parseUnsigned(low, max);
  const second = high === undefined ? first : high === '' ? max : parseUnsigned(high, max);
  if (first === undefined || second === undefined) {
    const wrong = first === undefined ? low : (high ?? '');
    reportNumber({ ...word, text: wrong }, reporter, max, 0);
    return undefined;
  }
  return { min: first, max: second, single: high === undefined };
}

/** As `readRange` for 64 bits. */
export function readBigRange(word: Word, reporter: Reporter): { readonly min: bigint; readonly max: bigint; readonly single: boolean } | undefined {
  const ends = word.text.split(':');
  if (ends.length > 2) {
    reporter.report('too-many-values', { text: word.text, max: 2 }, placeOf(word, reporter));
    return undefined;
  }
  const [low = '', high] = ends;
  const min = low === '' ? 0n : readBigNumber({ ...word, text: low }, reporter);
  if (min === undefined) return undefined;
  const max = high === undefined ? min : high === '' ? u64 : readBigNumber({ ...word, text: high }, reporter);
  return max === undefined ? undefined : { min, max, single: high === undefined };
}
