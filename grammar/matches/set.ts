import { byteLength, type SetCounterTest } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionSpec, OptionUse, Word } from '../extension.js';
import { readBigNumber } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { parts, placeOf } from '../values/reporter.js';
import { firstValue, optional, printFlag, readUses } from '../values/uses.js';

const nameLimit = 31;
const dimensionLimit = 6;

const counters = ['packets', 'bytes'] as const;
type Counter = (typeof counters)[number];

function counterOptions(counter: Counter): readonly OptionSpec[] {
  const name = (comparison: string): string => `${counter}-${comparison}`;
  return [
    { name: name('eq'), arity: 1, negatable: true, excludes: [name('lt'), name('gt')] },
    { name: name('lt'), arity: 1, excludes: [name('eq'), name('gt')] },
    { name: name('gt'), arity: 1, excludes: [name('eq'), name('lt')] },
  ];
}

export function readSetName(word: Word, context: DecodeContext, option = 'match-set'): string | undefined {
  const length = byteLength(word.text);
  if (length > 0 && length <= nameLimit) return word.text;
  if (length === 0) context.report('bad-value', { option, text: '', problem: 'is no name of a set' }, placeOf(word, context));
  else context.report('text-too-long', { option, max: nameLimit, length }, placeOf(word, context));
  return undefined;
}

/** `src` or `dst` for each dimension; iptables looks at the first three letters only. */
export function readDimensions(word: Word, context: DecodeContext): readonly ('src' | 'dst')[] | undefined {
  const dimensions: ('src' | 'dst')[] = [];
  for (const one of parts(word, ',')) {
    const dimension = one.text.startsWith('src') ? 'src' : one.text.startsWith('dst') ? 'dst' : undefined;
    if (dimension === undefined) {
      context.report('bad-keyword', { text: one.text, expected: 'src, dst' }, placeOf(one, context));
      return undefined;
    }
    dimensions.push(dimension);
  }
  if (dimensions.length <= dimensionLimit) return dimensions;
  context.report('too-many-values', { text: word.text, max: dimensionLimit }, placeOf(word, context));
  return undefined;
}

function readCounter(counter: Counter, given: readonly OptionUse[], context: DecodeContext): SetCounterTest | 'none' | undefined {
  for (const comparison of ['eq', 'lt', 'gt'] as const) {
    const use = given.find(({ name }) => name === `${counter}-${comparison}`);
    if (use === undefined) continue;
    const value = readBigNumber(firstValue(use), context);
    return value === undefined ? undefined : { comparison: use.negated ? 'ne' : comparison, value };
  }
  return 'none';
}

const printCounter = (counter: Counter, test: SetCounterTest | undefined): string =>
  test === undefined ? '' : test.comparison === 'ne' ? ` ! --${counter}-eq ${test.value}` : ` --${counter}-${test.comparison} ${test.value}`;

/** Whether the set exists is not asked here. */
export const set: MatchExtension<'set'> = {
  kind: 'set',
  modules: ['set'],
  families: [4, 6],
  options: [
    { name: 'match-set', aliases: ['set'], arity: 2, negatable: true, mandatory: true },
    { name: 'return-nomatch', arity: 0, repeatable: true },
    { name: 'update-counters', arity: 0, negatable: true, repeatable: true },
    { name: 'update-subcounters', arity: 0, negatable: true, repeatable: true },
    ...counters.flatMap(counterOptions),
  ],
  decode(given, context) {
    const uses = readUses(given);
    const use = given.find(({ name }) => name === 'match-set');
    const [nameWord, dimensionWord] = use?.values ?? [];
    if (use === undefined || nameWord === undefined || dimensionWord === undefined) return undefined;
    const name = readSetName(nameWord, context);
    const dimensions = readDimensions(dimensionWord, context);
    const packets = readCounter('packets', given, context);
    const bytes = readCounter('bytes', given, context);
    if (name === undefined || dimensions === undefined || packets === undefined || bytes === undefined) return undefined;
    const skips = (option: string): false | undefined => (given.some((one) => one.name === option && one.negated) ? false : undefined);
    return {
      kind: 'set',
      source: context.source,
      set: { value: name, negated: use.negated },
      dimensions,
      ...optional('returnNomatch', uses.flag('return-nomatch')),
      ...optional('updateCounters', skips('update-counters')),
      ...optional('updateSubcounters', skips('update-subcounters')),
      ...optional('packets', packets === 'none' ? undefined : packets),
      ...optional('bytes', bytes === 'none' ? undefined : bytes),
    };
  },
  print: (match) =>
    `${match.set.negated ? ' !' : ''} --match-set ${quoteIfNeeded(match.set.value)} ${match.dimensions.join(',')}` +
    printFlag('return-nomatch', match.returnNomatch) +
    (match.updateCounters === false ? ' ! --update-counters' : '') +
    (match.updateSubcounters === false ? ' ! --update-subcounters' : '') +
    printCounter('packets', match.packets) +
    printCounter('bytes', match.bytes),
  lossy: (match) => (quoteIfNeeded(match.set.value) === match.set.value ? undefined : `iptables-save does not quote the set name "${match.set.value}"`),
};
