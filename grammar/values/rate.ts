/** Seconds of the periods a rate may name, under the names that iptables-save prints, longest first. */
export const periods = [
  ['day', 86_400],
  ['hour', 3_600],
  ['min', 60],
  ['sec', 1],
] as const;

const written: readonly (readonly [string, number])[] = [['second', 1], ['minute', 60], ['hour', 3_600], ['day', 86_400]];

/** `5/min`: a count that C's atoi or atoll reads, and seconds. A period is any case-free beginning of its name; none is a second. */
export interface Rate {
  readonly count: bigint;
  readonly seconds: number;
}

export function parseRate(text: string): Rate | undefined {
  const slash = text.indexOf('/');
  const period = slash < 0 ? 'second' : text.slice(slash + 1).toLowerCase();
  const found = period === '' ? undefined : written.find(([name]) => name.startsWith(period));
  return found === undefined ? undefined : { count: leadingInteger(text), seconds: found[1] };
}

const longMax = 0x7fff_ffff_ffff_ffffn;

/** atoll: the integer at the beginning, 0 when there is none, held within 64 bits. */
export function leadingInteger(text: string): bigint {
  const found = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(text);
  const value = BigInt((found?.[1] ?? '0').replace('+', ''));
  return value > longMax ? longMax : value < -longMax - 1n ? -longMax - 1n : value;
}

export interface WrittenRate {
  readonly text: string;
  readonly seconds: number;
  /** iptables-save prints another rate. */
  readonly lossy: boolean;
}

/**
 * The rate iptables-save prints for a time between two packets, in units of `scale` to the second. Where that reads as another time
 * (499 of 10000 as 20/sec), the shortest period that has one for it.
 */
export function formatRate(interval: bigint, scale: bigint): WrittenRate {
  if (interval === 0n) return { text: 'inf', seconds: 0, lossy: false };
  const saved = savedRate(interval, scale);
  const candidates = [saved, ...periods.toReversed().map(([name, seconds]) => ({ name, seconds, count: (BigInt(seconds) * scale) / interval }))];
  const faithful = candidates.find(({ seconds, count }) => count > 0n && (BigInt(seconds) * scale) / count === interval) ?? saved;
  return { text: `${faithful.count}/${faithful.name}`, seconds: faithful.seconds, lossy: faithful !== saved };
}

/** The shortest period in which the rounding stays small. */
function savedRate(interval: bigint, scale: bigint): { readonly name: string; readonly seconds: number; readonly count: bigint } {
  let at = 1;
  for (; at < periods.length; at++) {
    const units = unitsOf(at, scale);
    if (interval > units || units / interval < units % interval) break;
  }
  const [name, seconds] = periods[at - 1] ?? periods[0];
  return { name, seconds, count: unitsOf(at - 1, scale) / interval };
}

const unitsOf = (at: number, scale: bigint): bigint => BigInt(periods[at]?.[1] ?? 1) * scale;
