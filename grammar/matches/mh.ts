import type { MhMatch, Range } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { parseUnsigned, u8 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printTest, readUses } from '../values/uses.js';

/** In the order of iptables: the first that begins with the word is taken. */
const names: readonly (readonly [name: string, type: number])[] = [
  ['binding-refresh-request', 0], ['brr', 0], ['home-test-init', 1], ['hoti', 1], ['careof-test-init', 2], ['coti', 2],
  ['home-test', 3], ['hot', 3], ['careof-test', 4], ['cot', 4], ['binding-update', 5], ['bu', 5],
  ['binding-acknowledgement', 6], ['ba', 6], ['binding-error', 7], ['be', 7],
];

const full = ({ min, max }: Range): boolean => min === 0 && max === u8;

/** Exact names come before beginnings. */
function readType(word: Word, context: DecodeContext): number | undefined {
  const folded = word.text.toLowerCase();
  const found = names.find(([name]) => name === folded) ?? names.find(([name]) => name.startsWith(folded));
  const type = found?.[1] ?? parseUnsigned(word.text, u8);
  if (type === undefined) {
    context.report('bad-value', { option: 'mh-type', text: word.text, problem: `is neither 0 to 255 nor one of ${names.map(([name]) => name).join(', ')}` }, placeOf(word, context));
  }
  return type;
}

function readTypes(word: Word, context: DecodeContext): Range | undefined {
  const [low, high, ...more] = parts(word, ':');
  if (low === undefined || more.length > 0) {
    context.report('too-many-values', { text: word.text, max: 2 }, placeOf(word, context));
    return undefined;
  }
  if (high === undefined) {
    const type = readType(low, context);
    return type === undefined ? undefined : { min: type, max: type };
  }
  const min = low.text === '' ? 0 : readType(low, context);
  const max = high.text === '' ? u8 : readType(high, context);
  if (min === undefined || max === undefined) return undefined;
  if (min <= max) return { min, max };
  context.report('reversed-range', { text: word.text }, placeOf(word, context));
  return undefined;
}

export const mh: MatchExtension<'mh'> = {
  kind: 'mh',
  modules: ['mh'],
  impliedBy: [135],
  families: [6],
  options: [{ name: 'mh-type', arity: 1, negatable: true }],
  decode(given, context): MhMatch | undefined {
    const uses = readUses(given);
    const type = uses.test('mh-type', (word) => readTypes(word, context));
    if (uses.failed) return undefined;
    return { kind: 'mh', source: context.source, ...optional('type', type !== undefined && full(type.value) && !type.negated ? undefined : type) };
  },
  print: ({ type }) => printTest('mh-type', type, formatPortRange),
  lossy: ({ type }) => (type !== undefined && full(type.value) ? 'iptables-save leaves out ! --mh-type 0:255, which never matches' : undefined),
  needs: () => ({ protocols: [135], reason: 'reads the mobility header, so it wants -p mobility-header' }),
};
