import type { RatePair, RateestMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, OptionUse, Word } from '../extension.js';
import { parseUnsigned, u32 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { formatByteRate, isRounded, readByteRate } from '../values/byte-rate.js';
import { readCutText } from '../values/text.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const nameLimit = 15;
const comparisons = ['lt', 'gt', 'eq'] as const;

function readPacketRate(word: Word, context: DecodeContext, option: string): number | undefined {
  const rate = parseUnsigned(word.text, u32);
  if (rate === undefined) context.report('bad-value', { option, text: word.text, problem: 'is no number of packets a second' }, placeOf(word, context));
  return rate;
}

/** Rates are optional words: an option without one leaves 0. */
function readPair(unit: 'bps' | 'pps', given: readonly OptionUse[], context: DecodeContext): RatePair | 'none' | undefined {
  const read = (option: string): number | undefined => {
    const word = given.find(({ name }) => name === option)?.values[0];
    if (word === undefined) return 0;
    return unit === 'bps' ? readByteRate(word, context, option) : readPacketRate(word, context, option);
  };
  if (!given.some(({ name }) => name === `rateest-${unit}1` || name === `rateest-${unit}2`)) return 'none';
  const first = read(`rateest-${unit}1`);
  const second = read(`rateest-${unit}2`);
  return first === undefined || second === undefined ? undefined : { first, second };
}

/** Rates that the kernel does not look at are not kept. */
function looked(pair: RatePair | 'none' | undefined, delta: boolean, other: boolean): RatePair | undefined {
  if (pair === undefined || pair === 'none') return undefined;
  return { first: delta ? pair.first : 0, second: delta || !other ? pair.second : 0 };
}

const rateOption = (name: string, alias?: string) => ({ name, ...(alias === undefined ? {} : { aliases: [alias] }), arity: 0, optionalValue: true }) as const;

/** Whether the estimators exist is not asked here. */
export const rateest: MatchExtension<'rateest'> = {
  kind: 'rateest',
  modules: ['rateest'],
  families: [4, 6],
  options: [
    { name: 'rateest1', aliases: ['rateest'], arity: 1 },
    { name: 'rateest2', arity: 1 },
    rateOption('rateest-bps1'), rateOption('rateest-pps1'), rateOption('rateest-bps2', 'rateest-bps'), rateOption('rateest-pps2', 'rateest-pps'),
    { name: 'rateest-delta', arity: 0 },
    ...comparisons.map((one) => ({ name: `rateest-${one}`, arity: 0, negatable: true }) as const),
  ],
  decode(given, context): RateestMatch | undefined {
    const uses = readUses(given);
    const name = uses.value('rateest1', (word) => readCutText(word, context, 'rateest1', nameLimit)) ?? '';
    const other = uses.value('rateest2', (word) => readCutText(word, context, 'rateest2', nameLimit));
    const last = given.findLast((use) => comparisons.some((one) => use.name === `rateest-${one}`));
    const comparison = comparisons.find((one) => last?.name === `rateest-${one}`);
    const delta = uses.has('rateest-delta');
    const bytes = readPair('bps', given, context);
    const packets = readPair('pps', given, context);
    if (uses.failed || bytes === undefined || packets === undefined) return undefined;
    if (comparison === undefined || last === undefined || (bytes === 'none' && packets === 'none')) {
      const options = comparison === undefined ? '--rateest-lt, --rateest-gt or --rateest-eq' : '--rateest-bps or --rateest-pps';
      context.report('option-needed', { extension: 'rateest', options });
      return undefined;
    }
    if (name === '') {
      context.report('kernel-refuses', { extension: 'rateest', reason: 'it names no estimator' });
      return undefined;
    }
    const negated = given.some((use) => comparisons.some((one) => use.name === `rateest-${one}`) && use.negated);
    return {
      kind: 'rateest',
      source: context.source,
      name,
      ...optional('other', other),
      ...optional('delta', uses.flag('rateest-delta')),
      comparison: { value: comparison, negated },
      ...optional('bytes', looked(bytes, delta, other !== undefined)),
      ...optional('packets', looked(packets, delta, other !== undefined)),
    };
  },
  print(match) {
    const { comparison, delta, other } = match;
    const compare = `${comparison.negated ? ' !' : ''} --rateest-${comparison.value}`;
    let compared = false;
    const unit = (option: string, pair: RatePair | undefined, format: (rate: number) => string): string => {
      if (pair === undefined) return '';
      const mode = compared ? '' : compare;
      compared = true;
      if (delta === true) return ` --rateest-${option}1 ${format(pair.first)}${mode} --rateest-${option}2 ${format(pair.second)}`;
      return `${mode} --rateest-${option}${other === undefined ? ` ${format(pair.second)}` : ''}`;
    };
    return (
      printFlag('rateest-delta', delta) +
      printValue(other === undefined ? 'rateest' : 'rateest1', quoteIfNeeded(match.name)) +
      unit('bps', match.bytes, formatByteRate) +
      unit('pps', match.packets, String) +
      printValue('rateest2', other === undefined ? undefined : quoteIfNeeded(other))
    );
  },
  lossy(match) {
    if (match.bytes !== undefined && match.packets !== undefined) return 'iptables-save says twice how it compares, which iptables refuses to read again';
    if (match.bytes !== undefined && [match.bytes.first, match.bytes.second].some(isRounded)) return 'iptables-save rounds rates from 1 Mbit/s on';
    const unquoted = [match.name, match.other ?? match.name].find((name) => quoteIfNeeded(name) !== name);
    return unquoted === undefined ? undefined : `iptables-save does not quote the estimator "${unquoted}"`;
  },
};
