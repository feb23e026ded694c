import type { Masked } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { scanUnsigned, u32 } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

/** `value[/mask]`, both up to `max` (all ones, also the mask when none is given); undefined when it is not of that shape. */
export function parseMasked(text: string, max: number = u32): Masked | undefined {
  const value = scanUnsigned(text);
  if (value === undefined || value.value > BigInt(max)) return undefined;
  if (value.end === text.length) return { value: Number(value.value), mask: max };
  if (text[value.end] !== '/') return undefined;
  const mask = scanUnsigned(text, value.end + 1);
  if (mask === undefined || mask.end !== text.length || mask.value > BigInt(max)) return undefined;
  return { value: Number(value.value), mask: Number(mask.value) };
}

export function readMasked(word: Word, reporter: Reporter, max: number = u32): Masked | undefined {
  const masked = parseMasked(word.text, max);
  if (masked === undefined) reporter.report('bad-masked-value', { text: word.text, max: `0x${max.toString(16)}` }, placeOf(word, reporter));
  return masked;
}

export const hex = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** `0x1/0xff`; the mask goes when it is all ones, as `-m mark` prints it. */
export const formatMasked = ({ value, mask }: Masked): string => (mask === u32 ? hex(value) : `${hex(value)}/${hex(mask)}`);
