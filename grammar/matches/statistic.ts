import type { DecodeContext, MatchExtension, OptionUse, Word } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { readKeyword } from '../values/keyword.js';
import { printTest, printValue, readUses } from '../values/uses.js';
import type { StatisticMatch } from '../../src/ir/index.js';

/** A probability of 1 in the kernel's units. */
const one = 2 ** 31;

const float = /^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$/;

/** 0 to 1, rounded to 1/2^31 as iptables rounds it. */
function readProbability(word: Word, context: DecodeContext): number | undefined {
  const found = float.exec(word.text);
  const value = found === null ? undefined : Number(found[1]);
  if (value === undefined || value < 0 || value > 1) {
    context.report('bad-value', { option: 'probability', text: word.text, problem: 'is not a number from 0 to 1' }, placeOf(word, context));
    return undefined;
  }
  return Math.round(value * one);
}

/** Eleven decimals, a tie going to the even digit, as C prints it. */
function formatProbability(probability: number): string {
  const scaled = BigInt(probability) * 5n ** 11n;
  const unit = 1n << 20n;
  const half = unit >> 1n;
  let digits = scaled / unit;
  const rest = scaled % unit;
  if (rest > half || (rest === half && digits % 2n === 1n)) digits += 1n;
  const text = digits.toString().padStart(12, '0');
  return `${text.slice(0, -11)}.${text.slice(-11)}`;
}

export const statistic: MatchExtension<'statistic'> = {
  kind: 'statistic',
  modules: ['statistic'],
  families: [4, 6],
  options: [
    { name: 'mode', arity: 1, mandatory: true },
    { name: 'probability', arity: 1, negatable: true, excludes: ['every', 'packet'] },
    { name: 'every', arity: 1, negatable: true, excludes: ['probability'] },
    { name: 'packet', arity: 1, excludes: ['probability'] },
  ],
  decode(given, context) {
    const mode = decodeMode(given, context);
    return mode === undefined ? undefined : { kind: 'statistic', source: context.source, mode };
  },
  print: ({ mode }) =>
    mode.kind === 'random'
      ? ` --mode random${printTest('probability', mode.probability, formatProbability)}`
      : ` --mode nth${printTest('every', mode.every, String)}${printValue('packet', mode.packet)}`,
};

function decodeMode(given: readonly OptionUse[], context: DecodeContext): StatisticMatch['mode'] | undefined {
  const uses = readUses(given);
  const kind = uses.value('mode', (word) => readKeyword(word, context, ['random', 'nth'] as const, 'exact'));
  const probability = uses.test('probability', (word) => readProbability(word, context));
  const every = uses.test('every', (word) => readNumber(word, context, u32, 1));
  const packet = uses.value('packet', (word) => readNumber(word, context, u32));
  if (uses.failed || kind === undefined) return undefined;
  if (kind === 'random') {
    if (probability !== undefined) return { kind, probability };
    context.report('option-needed', { extension: 'statistic in random mode', options: '--probability' });
    return undefined;
  }
  if (every === undefined || packet === undefined) {
    context.report('option-needed', { extension: 'statistic in nth mode', options: every === undefined ? '--every' : '--packet' });
    return undefined;
  }
  if (packet >= every.value) {
    context.report('number-out-of-range', { text: String(packet), min: 0, max: every.value - 1 });
    return undefined;
  }
  return { kind, every, packet };
}
