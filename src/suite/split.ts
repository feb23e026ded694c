import type { Interval } from '../ir/index.js';
import type { Bdd } from '../symbolic/bdd.js';
import type { Block } from '../symbolic/layout.js';

/** Places within one block that are looked at for the intervals of its children. */
const mostPlaces = 2000;

/**
 * Where the values of a block lead, every child with some of its intervals: all of them as a rule. A mask with holes makes more
 * intervals than anybody wants to see, and each child keeps at least one then.
 */
export function childrenOf(bdd: Bdd, node: number, block: Block): ReadonlyMap<number, readonly Interval[]> {
  const { levels } = block;
  const last = levels.at(-1) ?? -1;
  const leaves = (at: number): boolean => bdd.isTerminal(at) || bdd.level(at) > last;
  const span = (index: number): bigint => 1n << BigInt(levels.length - index);
  const out = new Map<number, Interval[]>();

  let places = 0;
  const everywhere = (at: number, index: number, base: bigint): void => {
    if (places >= mostPlaces) return;
    if (leaves(at)) {
      places += 1;
      add(out, at, base, base + span(index) - 1n);
      return;
    }
    const asks = bdd.level(at) === levels[index];
    everywhere(asks ? bdd.low(at) : at, index + 1, base);
    everywhere(asks ? bdd.high(at) : at, index + 1, base + (span(index) >> 1n));
  };
  everywhere(node, 0, 0n);

  const seen = new Set<number>();
  const once = (at: number, index: number, base: bigint): void => {
    if (leaves(at)) {
      if (!out.has(at)) add(out, at, base, base + span(index) - 1n);
      return;
    }
    if (seen.has(at)) return;
    if (bdd.level(at) !== levels[index]) return once(at, index + 1, base);
    seen.add(at);
    once(bdd.low(at), index + 1, base);
    once(bdd.high(at), index + 1, base + (span(index) >> 1n));
  };
  if (places >= mostPlaces) once(node, 0, 0n);
  return out;
}

function add(out: Map<number, Interval[]>, child: number, min: bigint, max: bigint): void {
  const intervals = out.get(child);
  const previous = intervals?.at(-1);
  if (intervals === undefined) out.set(child, [{ min, max }]);
  else if (previous !== undefined && previous.max + 1n === min) intervals[intervals.length - 1] = { min: previous.min, max };
  else intervals.push({ min, max });
}
