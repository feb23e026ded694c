import type { Masked } from '../../src/ir/index.js';
import type { DecodeContext, OptionSpec, OptionUse } from '../extension.js';
import { hex, readMasked } from '../values/mask.js';
import { readNumber, u32 } from '../values/number.js';
import { firstValue } from '../values/uses.js';

const operations = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'] as const;

/** The ways to write a change of a mark, of which MARK and CONNMARK take one. `rivals` are operations beside these. */
export function xmarkOptions(rivals: readonly string[]): readonly OptionSpec[] {
  const all = [...operations, ...rivals];
  return operations.map((name) => ({ name, arity: 1, excludes: all.filter((other) => other !== name) }));
}

export const isXmark = (use: OptionUse): boolean => operations.some((name) => name === use.name);

/** All are stored as `(old & ~mask) ^ value`. */
export function readXmark(use: OptionUse, context: DecodeContext): Masked | undefined {
  const word = firstValue(use);
  if (use.name === 'set-xmark') return readMasked(word, context);
  if (use.name === 'set-mark') {
    const masked = readMasked(word, context);
    return masked === undefined ? undefined : { value: masked.value, mask: (masked.mask | masked.value) >>> 0 };
  }
  const value = readNumber(word, context, u32);
  if (value === undefined) return undefined;
  if (use.name === 'and-mark') return { value: 0, mask: ~value >>> 0 };
  return use.name === 'or-mark' ? { value, mask: value } : { value, mask: 0 };
}

export const formatXmark = ({ value, mask }: Masked): string => `${hex(value)}/${hex(mask)}`;
