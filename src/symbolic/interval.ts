import type { Interval } from '../ir/index.js';
import type { Bdd } from './bdd.js';

/**
 * The function "the number on these variables, under the mask, lies in one of the intervals". `levels` lists the variables from
 * the most significant bit on; bits outside the mask read as 0, as `field & mask` does.
 */
export function intervalsNode(bdd: Bdd, levels: readonly number[], mask: bigint, intervals: readonly Interval[]): number {
  const width = levels.length;
  const ask = (level: number, low: number, high: number): number => bdd.ite(bdd.variable(level), high, low);
  const ascending = levels.every((level, index) => index === 0 || level > (levels[index - 1] ?? 0));
  const join = ascending ? (level: number, low: number, high: number): number => bdd.node(level, low, high) : ask;

  /** Exactly one value: the common case of addresses and ports, built bottom up without recursion. */
  const block = (value: bigint, fixed: number): number => {
    let result = 1;
    for (let index = fixed - 1; index >= 0; index--) {
      const level = levels[index] ?? 0;
      const shift = BigInt(width - 1 - index);
      const bit = (value >> shift) & 1n;
      if (((mask >> shift) & 1n) === 0n) {
        if (bit === 1n) return 0;
        continue;
      }
      result = bit === 1n ? join(level, 0, result) : join(level, result, 0);
    }
    return result;
  };

  const step = (index: number, base: bigint, inside: readonly Interval[]): number => {
    if (inside.length === 0) return 0;
    const span = 1n << BigInt(width - index);
    const [first] = inside;
    if (first !== undefined && first.min <= base && first.max >= base + span - 1n) return 1;
    const level = levels[index] ?? 0;
    const half = span >> 1n;
    const middle = base + half;
    const low = step(index + 1, base, clip(inside, base, middle - 1n));
    if (((mask >> BigInt(width - 1 - index)) & 1n) === 0n) return low;
    return join(level, low, step(index + 1, middle, clip(inside, middle, base + span - 1n)));
  };

  const [only] = intervals;
  if (only !== undefined && intervals.length === 1) {
    const size = only.max - only.min + 1n;
    if ((size & (size - 1n)) === 0n && only.min % size === 0n) return block(only.min, width - (size.toString(2).length - 1));
  }
  return step(0, 0n, intervals);
}

const clip = (intervals: readonly Interval[], min: bigint, max: bigint): readonly Interval[] => intervals.filter((interval) => interval.max >= min && interval.min <= max);
