import type { Masked } from '../../src/ir/index.js';
import type { DecodeContext, Word } from '../extension.js';
import { formatMasked, parseMasked } from '../values/mask.js';
import { u32 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';

/** `value[/mask]`, or the one name that iproute2 gives everywhere to 0; other names stand in files of the machine that loads the rules. */
export function readNamedMask(word: Word, context: DecodeContext, option: string, zero: string): Masked | undefined {
  if (word.text === zero) return { value: 0, mask: u32 };
  const masked = parseMasked(word.text);
  if (masked === undefined) {
    context.report('bad-value', { option, text: word.text, problem: `is neither VALUE[/MASK] nor ${zero}; other names are not looked up` }, placeOf(word, context));
  }
  return masked;
}

export const formatNamedMask = (masked: Masked, zero: string): string => (masked.value === 0 && masked.mask === u32 ? zero : formatMasked(masked));
