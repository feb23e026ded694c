import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { readNumber } from '../values/number.js';
import { formatRate, parseRate } from '../values/rate.js';
import { placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

/** Units of the kernel's interval to the second. */
const scale = 10_000;
const defaultInterval = 3_600 * scale / 3;
const defaultBurst = 5;

/** The time between two packets, rounded down as iptables stores it: 6000/sec becomes 1, that is 10000/sec. */
function readInterval(word: Word, context: DecodeContext): number | undefined {
  const rate = parseRate(word.text);
  const count = rate === undefined ? 0n : BigInt.asUintN(32, rate.count);
  const interval = rate === undefined || count === 0n ? undefined : Number(BigInt(scale * rate.seconds) / count);
  if (interval !== undefined && interval > 0) return interval;
  const problem = interval === undefined ? 'is not a rate such as 5/min' : 'is too fast: at most 10000/sec';
  context.report('bad-value', { option: 'limit', text: word.text, problem }, placeOf(word, context));
  return undefined;
}

/** Credits on 32 bits, as the kernel counts them; the product of tick rate and credits per tick is the same for every tick rate. */
function credits(user: number): number {
  const perSecond = 32_000;
  if (user > Math.floor(0xffff_ffff / perSecond)) return Number(BigInt.asUintN(32, BigInt(Math.floor(user / scale)) * BigInt(perSecond)));
  return Math.floor((user * perSecond) / scale);
}

const overflows = (interval: number, burst: number): boolean =>
  burst === 0 || credits(Number(BigInt.asUintN(32, BigInt(interval) * BigInt(burst)))) < credits(interval);

export const limit: MatchExtension<'limit'> = {
  kind: 'limit',
  modules: ['limit'],
  families: [4, 6],
  options: [
    { name: 'limit', arity: 1 },
    { name: 'limit-burst', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const interval = uses.value('limit', (word) => readInterval(word, context)) ?? defaultInterval;
    const burst = uses.value('limit-burst', (word) => readNumber(word, context, 10_000)) ?? defaultBurst;
    if (uses.failed) return undefined;
    if (overflows(interval, burst)) {
      const reason = burst === 0 ? 'a burst of 0 never lets a packet through' : 'rate and burst overflow its 32-bit credits; write a lower burst';
      context.report('kernel-refuses', { extension: 'limit', reason });
      return undefined;
    }
    return { kind: 'limit', source: context.source, interval, burst };
  },
  lossy: ({ interval }) => (formatRate(BigInt(interval), BigInt(scale)).lossy ? 'iptables-save rounds this rate to another one' : undefined),
  print: (match) =>
    printValue('limit', formatRate(BigInt(match.interval), BigInt(scale)).text) +
    printValue('limit-burst', match.burst === defaultBurst ? undefined : match.burst),
};
