import type { HashlimitMatch } from '../../src/ir/index.js';
import type { DecodeContext, Word } from '../extension.js';
import { scanUnsigned, u32 } from '../values/number.js';
import { formatRate, leadingInteger, parseRate } from '../values/rate.js';
import { placeOf } from '../values/reporter.js';

/** A rate as written: packets with their period, or bytes a second as the kernel's cost. */
export type SpelledRate =
  | { readonly unit: 'packets'; readonly interval: bigint; readonly seconds: number }
  | { readonly unit: 'bytes'; readonly cost: number };

export interface Burst {
  readonly bytes: bigint;
}

/** Units of a packet interval to the second. */
export const packetScale = 1_000_000n;
export const defaultBurst = 5;

const factors: Readonly<Record<string, bigint>> = { k: 1_024n, m: 1_048_576n };
const units: readonly (readonly [string, bigint])[] = [['m', 1_048_576n], ['k', 1_024n], ['', 1n]];

/** Seconds that idle entries live: by the period of packets; 15 for bytes, 60 with a burst. */
export const expireSeconds = (rate: SpelledRate, burst: boolean): number =>
  rate.unit === 'packets' ? rate.seconds : burst ? 60 : 15;

/** The same as iptables-save works it out, to tell whether --hashlimit-htable-expire must be printed. */
export const rateSeconds = (rate: HashlimitMatch['rate']): number =>
  rate.unit === 'packets' ? formatRate(BigInt(rate.interval), packetScale).seconds : rate.burst > 0 ? 60 : 15;

/** Bytes a second of a cost; 0 for the highest cost. The units below are compared on 32 bits, as iptables does. */
export const speedOf = (cost: number): bigint => ((cost === 0 ? BigInt(u32) : BigInt(Math.floor(u32 / cost))) - 1n) << 4n;

/** The cost of 16 bytes, on 32 bits as iptables computes it; undefined where it divides by zero. */
function costOf(bytes: bigint): number | undefined {
  const divisor = BigInt.asUintN(32, BigInt.asUintN(32, bytes >> 4n) + 1n);
  return divisor === 0n ? undefined : Math.floor(u32 / Number(divisor));
}

export function readRate(word: Word, context: DecodeContext): SpelledRate | undefined {
  const bytes = word.text.indexOf('b/s');
  const amount = BigInt.asUintN(64, leadingInteger(word.text));
  if (bytes > 0 && amount !== 0n) {
    const total = BigInt.asUintN(64, amount * (factors[word.text[bytes - 1] ?? ''] ?? 1n));
    const cost = costOf(total);
    if (cost !== undefined && cost > 0) return { unit: 'bytes', cost };
    return refuseRate(word, context, 'is too high');
  }
  const rate = parseRate(word.text);
  const count = rate === undefined ? 0n : BigInt.asUintN(64, rate.count);
  if (rate === undefined || count === 0n) return refuseRate(word, context, 'is no rate such as 5/min or 10kb/s');
  const interval = (packetScale * BigInt(rate.seconds)) / count;
  return interval === 0n ? refuseRate(word, context, 'is too fast: at most 1000000/sec') : { unit: 'packets', interval, seconds: rate.seconds };
}

function refuseRate(word: Word, context: DecodeContext, problem: string): undefined {
  context.report('bad-value', { option: 'hashlimit', text: word.text, problem }, placeOf(word, context));
  return undefined;
}

/** A number with `k` or `m` behind it; whatever else follows is not looked at. Plain numbers end at 1000000. */
export function readBurst(word: Word, context: DecodeContext): Burst | undefined {
  const scanned = scanUnsigned(word.text);
  const suffix = scanned === undefined ? '' : word.text.slice(scanned.end);
  if (scanned === undefined || scanned.value < 1n || (suffix === '' && scanned.value > 1_000_000n)) {
    context.report('bad-value', { option: 'hashlimit-burst', text: word.text, problem: 'is not a burst from 1 to 1000000, or bytes such as 20kb' }, placeOf(word, context));
    return undefined;
  }
  return { bytes: BigInt.asUintN(64, scanned.value * (factors[suffix[0] ?? ''] ?? 1n)) };
}

/** `10kb/s`: the largest unit that comes back to the same cost; `1b/s` where iptables prints 0b/s. */
export function formatBytes(cost: number): string {
  const speed = speedOf(cost);
  if (speed === 0n) return '1b/s';
  const [name, unit] = units.find(([, size]) => speed >= size && (size === 1n || costOf(speed & (0x1_0000_0000n - size)) === cost)) ?? ['', 1n];
  return `${speed / unit}${name}b/s`;
}

/** The multiple of `speed` that a burst is stored as, rounded up; iptables divides no more than its low 32 bits. */
export function storedBurst(bytes: bigint, speed: bigint): number {
  const whole = BigInt.asUintN(32, bytes) / speed;
  return Number(BigInt.asUintN(32, bytes % speed === 0n ? whole : whole + 1n));
}

/** The burst in the unit that iptables-save takes, or in bytes where that would be read as another one. */
export function byteBurst(cost: number, burst: number): { readonly text: string; readonly lossy: boolean } {
  const speed = speedOf(cost);
  const total = speed * BigInt(burst);
  const [name, unit] = units.find(([, size]) => total >= size) ?? ['', 1n];
  const reads = (bytes: bigint): boolean => speed > 0n && bytes >= speed && storedBurst(bytes, speed) === burst;
  if (reads((total / unit) * unit)) return { text: `${total / unit}${name}b`, lossy: false };
  const exact = [total, total - speed + 1n, speed + 1n].find(reads) ?? total;
  return { text: `${exact}b`, lossy: true };
}

/** Credits of a microsecond in the kernel, at 250 or 1000 ticks a second alike. */
const credits = (250n << 39n) / packetScale;

/** The kernel refuses a rule whose rate times burst wraps round in its 64 bits of credits, as far as it notices. */
export const overflows = (interval: bigint, burst: number): boolean =>
  burst === 0 || BigInt.asUintN(64, interval * BigInt(burst) * credits) < BigInt.asUintN(64, interval * credits);
