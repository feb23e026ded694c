import type { DstMatch, ExtensionOption, HbhMatch } from '../../src/ir/index.js';
import type { DecodeContext, OptionSpec, OptionUse, Word } from '../extension.js';
import { readNumber, scanUnsigned, u32 } from '../values/number.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printTest, printValue, readUses } from '../values/uses.js';

const optionLimit = 16;

/** The kernel keeps a length of 255 for "any". */
const anyLength = 255;

/** `TYPE[:LENGTH]` between commas; what does not fit into 8 bits loses its upper ones. */
function readOptions(word: Word, context: DecodeContext, option: string): readonly ExtensionOption[] | undefined {
  const found: ExtensionOption[] = [];
  for (const one of parts(word, ',')) {
    const colon = one.text.indexOf(':');
    const type = low8(colon < 0 ? one.text : one.text.slice(0, colon));
    const length = colon < 0 ? anyLength : low8(one.text.slice(colon + 1));
    if (type === undefined || length === undefined) {
      context.report('bad-value', { option, text: one.text, problem: 'is not TYPE or TYPE:LENGTH' }, placeOf(one, context));
      return undefined;
    }
    if (type === 0 && colon >= 0) {
      context.report('bad-value', { option, text: one.text, problem: 'gives a length to option 0, which is padding of one byte' }, placeOf(one, context));
      return undefined;
    }
    found.push({ type, ...optional('length', length === anyLength ? undefined : length) });
  }
  const lengthTooLate = found[optionLimit - 1]?.length !== undefined || (found.length === optionLimit && word.text.includes(':', word.text.lastIndexOf(',')));
  if (found.length <= optionLimit && !lengthTooLate) return found;
  const max = lengthTooLate ? `${optionLimit}, the last of them without a length` : optionLimit;
  context.report('too-many-values', { text: word.text, max }, placeOf(word, context));
  return undefined;
}

/** strtoul, which takes a minus. */
function low8(text: string): number | undefined {
  const minus = /^\s*-(?=[0-9])/.exec(text)?.[0];
  const scanned = scanUnsigned(text, minus?.length);
  if (scanned === undefined || scanned.end !== text.length) return undefined;
  return Number(BigInt.asUintN(8, minus === undefined ? scanned.value : -scanned.value));
}

type Kind = 'dst' | 'hbh';
type Content = Pick<DstMatch | HbhMatch, 'length' | 'options'>;

/** Destination and hop-by-hop options are the same but for their names. */
export const optionsHeaderSpecs = (kind: Kind): readonly OptionSpec[] => [
  { name: `${kind}-len`, arity: 1, negatable: true },
  { name: `${kind}-opts`, arity: 1 },
];

export function readOptionsHeader(kind: Kind, given: readonly OptionUse[], context: DecodeContext): Content | undefined {
  const uses = readUses(given);
  const length = uses.test(`${kind}-len`, (word) => readNumber(word, context, u32));
  const options = uses.value(`${kind}-opts`, (word) => readOptions(word, context, `${kind}-opts`));
  return uses.failed ? undefined : { ...optional('length', length), ...optional('options', options) };
}

export const printOptionsHeader = (kind: Kind, { length, options }: Content): string =>
  printTest(`${kind}-len`, length, String) +
  printValue(`${kind}-opts`, options?.map((one) => (one.length === undefined ? String(one.type) : `${one.type}:${one.length}`)).join(','));
