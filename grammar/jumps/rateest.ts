import type { RateestJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readCutText } from '../values/text.js';
import { printValue, readUses } from '../values/uses.js';

const nameLimit = 15;
const quarter = 250_000;
const longestInterval = 5;

const units: readonly (readonly [unit: string, microseconds: number])[] = [
  ['', 1], ['s', 1_000_000], ['sec', 1_000_000], ['secs', 1_000_000], ['ms', 1_000], ['msec', 1_000], ['msecs', 1_000], ['us', 1], ['usec', 1], ['usecs', 1],
];

/** A time with a unit, in whole microseconds, of which iptables keeps 32 bits; a number without one counts microseconds. */
function readTime(word: Word, context: DecodeContext, option: string): number | undefined {
  const found = /^\s*\+?([0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)(.*)$/s.exec(word.text);
  const unit = found?.[2]?.toLowerCase();
  const scale = units.find(([name]) => name === unit)?.[1];
  const time = scale === undefined ? undefined : Math.trunc(Number(found?.[1]) * scale);
  if (time !== undefined && time < 2 ** 63) return Number(BigInt.asUintN(32, BigInt(time)));
  context.report('bad-value', { option, text: word.text, problem: 'is no time such as 250ms or 1.5s' }, placeOf(word, context));
  return undefined;
}

/** The kernel's intervals are a quarter of a second and its doublings; the next longer one is taken. */
function intervalOf(time: number): number | undefined {
  for (let interval = 0; interval <= longestInterval; interval++) if (time <= quarter * 2 ** interval) return interval;
  return undefined;
}

/** The longest average that is not longer than what was asked for, as the power of two of its intervals. */
function ewmaOf(interval: number, time: number): number | undefined {
  let log = 1;
  while (log < 32 && interval / -Math.log(1 - 1 / 2 ** log) <= time) log += 1;
  return log - 1 >= 1 && log - 1 < 31 ? log - 1 : undefined;
}

const formatTime = (microseconds: number): string =>
  microseconds >= 1_000_000 ? `${(microseconds / 1_000_000).toFixed(1)}s` : `${(microseconds / 1_000).toFixed(1)}ms`;

export const rateest: JumpExtension<'rateest'> = {
  kind: 'rateest',
  target: 'RATEEST',
  families: [4, 6],
  options: [
    { name: 'rateest-name', arity: 1, mandatory: true },
    { name: 'rateest-interval', arity: 1, mandatory: true },
    { name: 'rateest-ewmalog', arity: 1, mandatory: true },
  ],
  decode(given, context): RateestJump | undefined {
    const uses = readUses(given);
    const name = uses.value('rateest-name', (word) => readCutText(word, context, 'rateest-name', nameLimit));
    const time = uses.value('rateest-interval', (word) => readTime(word, context, 'rateest-interval'));
    const average = uses.value('rateest-ewmalog', (word) => readTime(word, context, 'rateest-ewmalog'));
    if (name === undefined || time === undefined || average === undefined) return undefined;
    const interval = intervalOf(time);
    const ewmaLog = ewmaOf(time, average);
    if (interval !== undefined && ewmaLog !== undefined) return { kind: 'rateest', source: context.source, name, interval, ewmaLog };
    const [option, problem] = interval === undefined ? ['rateest-interval', 'is more than 8 seconds'] : ['rateest-ewmalog', 'is shorter than about one and a half intervals'];
    const word = given.find((use) => use.name === option)?.values[0];
    context.report('bad-value', { option, text: word?.text ?? '', problem }, word === undefined ? undefined : placeOf(word, context));
    return undefined;
  },
  print: ({ name, interval, ewmaLog }) =>
    printValue('rateest-name', quoteIfNeeded(name)) +
    printValue('rateest-interval', formatTime(quarter * 2 ** interval)) +
    printValue('rateest-ewmalog', formatTime(quarter * 2 ** (interval + ewmaLog))),
  lossy: ({ name }) => (quoteIfNeeded(name) === name ? undefined : `iptables-save does not quote the name "${name}"`),
};
