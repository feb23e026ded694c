import type { Interval } from '../ir/index.js';
import type { Layout } from '../symbolic/layout.js';
import type { Cube } from './classes.js';

/** A value for every block that a class asks. */
export type Point = ReadonlyMap<string, bigint>;

/** Intervals of one block whose edges are shown. */
const mostIntervals = 16;

/** One point inside of a class, and then one on and one behind every edge of it, the other values staying. */
export function pointsOf(cube: Cube, layout: Layout, wish: (block: string) => bigint): { readonly inside: Point; readonly edges: readonly Point[] } {
  const widths = new Map(layout.blocks.map(({ name, levels }) => [name, levels.length]));
  const inside = new Map([...cube].map(([block, intervals]) => [block, within(intervals, wish(block))] as const));
  const edges = [...cube].flatMap(([block, intervals]) => {
    // Questions without a field have no order, so no edges.
    if (block.startsWith('[')) return [];
    const full = (1n << BigInt(widths.get(block) ?? 0)) - 1n;
    const values = new Set(intervals.slice(0, mostIntervals).flatMap(({ min, max }) => [min - 1n, min, max, max + 1n]));
    return [...values].filter((value) => value >= 0n && value <= full && value !== inside.get(block)).map((value) => new Map(inside).set(block, value));
  });
  return { inside, edges };
}

/** The wished value where the class allows it, else its first. */
const within = (intervals: readonly Interval[], wish: bigint): bigint => (intervals.some(({ min, max }) => min <= wish && wish <= max) ? wish : (intervals[0]?.min ?? 0n));
