import type { Range } from '../../src/ir/index.js';
import type { NameService, Word } from '../extension.js';
import { scanUnsigned, u32 } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

/** The highest id the owner match takes: -1 means nobody. */
const idLimit = BigInt(u32 - 1);

/** A user or group: a name this machine knows, `N`, `N-M` or `N:M`. Reversed ends are left to the kernel. */
export function readIds(word: Word, of: 'user' | 'group', names: NameService, reporter: Reporter): Range | undefined {
  const id = of === 'user' ? names.user?.(word.text) : names.group?.(word.text);
  if (id !== undefined) return { min: id, max: id };
  const first = scanUnsigned(word.text);
  if (first === undefined) {
    const code = of === 'user' ? 'unknown-user' : 'unknown-group';
    reporter.report(code, { text: word.text }, placeOf(word, reporter), `write the number of the ${of}`);
    return undefined;
  }
  const separator = word.text[first.end];
  const second = separator === '-' || separator === ':' ? scanUnsigned(word.text, first.end + 1) : first;
  if (second === undefined || second.end !== word.text.length || first.value > idLimit || second.value > idLimit) {
    reporter.report('bad-id-range', { text: word.text }, placeOf(word, reporter));
    return undefined;
  }
  return { min: Number(first.value), max: Number(second.value) };
}
