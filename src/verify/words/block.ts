import type { Interval } from '../../ir/index.js';
import type { Bdd } from '../../symbolic/bdd.js';
import type { Block } from '../../symbolic/layout.js';
import { coverOf } from '../cover.js';

/** Bits that are set and bits that are not; the others are free. */
export interface BitPattern {
  readonly set: bigint;
  readonly clear: bigint;
}

/** The values of one block in a part of a region, told as intervals where they are few, else as patterns of bits. */
export interface BlockValues {
  readonly intervals: readonly Interval[] | undefined;
  patterns(): { readonly patterns: readonly BitPattern[]; readonly complete: boolean };
}

const mostIntervals = 48;
const mostPatterns = 6;

export function blockValues(bdd: Bdd, node: number, block: Block): BlockValues {
  const width = block.levels.length;
  return {
    intervals: intervalsOf(bdd, node, block),
    patterns() {
      const bits = block.levels.map((level, index): Block => ({ name: String(index), levels: [level] }));
      const { parts, complete } = coverOf(bdd, node, 1, bits, () => 0, mostPatterns);
      const patterns = parts.map((part): BitPattern => {
        let [set, clear] = [0n, 0n];
        for (const [{ name, levels }, value] of part) {
          const bit = 1n << BigInt(width - 1 - Number(name));
          if (value === bdd.variable(levels[0] ?? -1)) set |= bit;
          else clear |= bit;
        }
        return { set, clear };
      });
      return { patterns, complete };
    },
  };
}

/** Undefined beyond `mostIntervals`: a test of low bits alone has as many as there are values. */
function intervalsOf(bdd: Bdd, node: number, { levels }: Block): readonly Interval[] | undefined {
  const intervals: Interval[] = [];
  const step = (at: number, index: number, base: bigint): boolean => {
    if (at === 0) return true;
    const span = 1n << BigInt(levels.length - index);
    if (at === 1) {
      const last = intervals.at(-1);
      if (last !== undefined && last.max + 1n === base) intervals[intervals.length - 1] = { min: last.min, max: base + span - 1n };
      else intervals.push({ min: base, max: base + span - 1n });
      return intervals.length <= mostIntervals;
    }
    const asks = bdd.level(at) === levels[index];
    return step(asks ? bdd.low(at) : at, index + 1, base) && step(asks ? bdd.high(at) : at, index + 1, base + (span >> 1n));
  };
  return step(node, 0, 0n) ? intervals : undefined;
}
