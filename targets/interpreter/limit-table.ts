import type { HashlimitMatch } from '../../src/ir/index.js';

/** Clock ticks of the kernel in a second. */
export const ticksPerSecond = 250;
const hz = BigInt(ticksPerSecond);

/** Credits earned in a tick: as many as do not overflow in a day (packets), or in a second of 32 bits (bytes). */
const packetCredits = 1n << 39n;
const byteCredits = 1n << 24n;
const fullBytes = byteCredits * hz;
const u32 = 0xffff_ffffn;
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** What is remembered of one key. Credits and rates are in the kernel's own units. */
export interface Bucket {
  /** Tick of the last packet, or at which the present interval of a rate began. */
  before: number;
  /** Tick from which on it is forgotten. */
  expires: number;
  credit: bigint;
  /** Packets: the most credit. Bytes: how often an empty bucket may be filled at once. */
  cap: bigint;
  /** Rates that are matched: bytes or packets of this interval, and whether the interval before had too many. */
  seen: bigint;
  exceeded: boolean;
}

/** A table of hashlimit: what the first rule that names it says of rate and key goes for all. */
export interface LimitTable {
  readonly match: HashlimitMatch;
  readonly buckets: Map<string, Bucket>;
}

/** Credits that a packet costs, or 16 bytes of one. */
const costOf = ({ rate }: HashlimitMatch): bigint =>
  rate.unit === 'packets' ? creditsOf(BigInt(rate.interval)) : ((BigInt(rate.cost) * fullBytes) >> 32n) & u32;

const creditsOf = (microseconds: bigint): bigint => u64(microseconds * ((hz * packetCredits) / 1_000_000n));

/** Units in a second of a rate that is matched as a rate, and the most of them at first. */
function speedOf({ rate }: HashlimitMatch): { readonly rate: bigint; readonly burst: bigint } {
  if (rate.unit === 'packets') {
    const perSecond = rate.interval === 0 ? 0n : 1_000_000n / BigInt(rate.interval);
    return { rate: perSecond, burst: perSecond + BigInt(rate.burst) };
  }
  const perSecond = ((rate.cost === 0 ? u32 : u32 / BigInt(rate.cost)) - 1n) << 4n;
  return { rate: perSecond, burst: rate.burst === 0 ? perSecond : perSecond * BigInt(rate.burst) };
}

/** The bucket of a key at a tick, new or filled up to it; undefined where the table has no room. */
export function bucketOf(table: LimitTable, key: string, tick: number): Bucket | undefined {
  const { match, buckets } = table;
  // Beyond 31 bits of milliseconds there is no end.
  const expires = match.expire > 0x7fff_ffff ? Infinity : tick + Math.ceil((match.expire * ticksPerSecond) / 1_000);
  const known = buckets.get(key);
  if (known !== undefined && known.expires > tick) {
    known.expires = expires;
    refill(known, match, tick);
    return known;
  }
  if (buckets.size >= capacityOf(match)) for (const [other, { expires: end }] of buckets) if (end <= tick) buckets.delete(other);
  if (buckets.size >= capacityOf(match)) return undefined;
  const { rate } = match;
  const full = rate.unit === 'packets' ? creditsOf(BigInt(rate.interval) * BigInt(rate.burst)) : fullBytes;
  const fresh: Bucket = { before: tick, expires, credit: full, cap: rate.unit === 'packets' ? full : BigInt(rate.burst), seen: 0n, exceeded: false };
  buckets.set(key, fresh);
  return fresh;
}

/** Heads of a table whose size no rule says, on a machine of more than a gigabyte. */
const usualHeads = 8_192;

function capacityOf({ tableSize, tableMax }: HashlimitMatch): number {
  const heads = tableSize === 0 ? usualHeads : tableSize;
  return tableMax === 0 ? 8 * heads : Math.max(tableMax, heads);
}

function refill(bucket: Bucket, match: HashlimitMatch, tick: number): void {
  const passed = BigInt(Math.max(0, tick - bucket.before));
  if (passed === 0n) return;
  if (match.rateInterval !== undefined) {
    const interval = BigInt(match.rateInterval) * hz;
    if (passed < interval) return;
    bucket.before = tick;
    bucket.exceeded = bucket.seen * interval > passed * speedOf(match).rate;
    bucket.seen = 0n;
    return;
  }
  bucket.before = tick;
  const [perTick, most] = match.rate.unit === 'bytes' ? [byteCredits, fullBytes] : [packetCredits, bucket.cap];
  const credit = u64(bucket.credit + perTick * passed);
  bucket.credit = credit > most ? most : credit;
}

/** Whether a packet of this length is within the rate, and takes its share. `unit` is that of the rule which asks. */
export function take(bucket: Bucket, { match }: LimitTable, unit: 'packets' | 'bytes', length: number): boolean {
  if (match.rateInterval !== undefined) {
    bucket.seen += unit === 'bytes' ? BigInt(length) : 1n;
    return !bucket.exceeded && bucket.seen <= speedOf(match).burst;
  }
  const cost = unit === 'bytes' ? byteCost(bucket, costOf(match), length) : costOf(match);
  if (bucket.credit < cost) return false;
  bucket.credit -= cost;
  return true;
}

/** In lumps of 16 bytes, at most what a bucket holds; a bucket that is too empty is filled while its burst lasts. */
function byteCost(bucket: Bucket, each: bigint, length: number): bigint {
  const all = (BigInt(length >>> 4) + 1n) * each;
  const cost = all > fullBytes ? fullBytes : all;
  if (bucket.credit < cost && bucket.cap !== 0n) {
    bucket.cap -= 1n;
    bucket.credit = fullBytes;
  }
  return cost;
}
