import type { Masked } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { hex, parseMasked } from './mask.js';
import { scanUnsigned, u8 } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

const names: readonly (readonly [string, number])[] = [
  ['Minimize-Delay', 0x10], ['Maximize-Throughput', 0x08], ['Maximize-Reliability', 0x04], ['Minimize-Cost', 0x02], ['Normal-Service', 0x00],
];

/** A name means the six bits that are not ECN's. */
const namedMask = 0x3f;

/** `value[/mask]` of 8 bits, or a name in any case. */
export function readTos(word: Word, reporter: Reporter): Masked | undefined {
  const scanned = scanUnsigned(word.text);
  const masked = scanned === undefined ? undefined : parseMasked(word.text, u8);
  if (masked !== undefined) return masked;
  const folded = word.text.toLowerCase();
  const named = names.find(([name]) => name.toLowerCase() === folded);
  if (named !== undefined) return { value: named[1], mask: namedMask };
  if (scanned === undefined) {
    reporter.report('bad-keyword', { text: word.text, expected: names.map(([name]) => name).join(', ') }, placeOf(word, reporter));
  } else reporter.report('bad-masked-value', { text: word.text, max: '0xff' }, placeOf(word, reporter));
  return undefined;
}

export const formatTos = ({ value, mask }: Masked): string => `${hex(value, 2)}/${hex(mask, 2)}`;
