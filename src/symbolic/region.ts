import type { Interval } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import type { Block, Layout } from './layout.js';

/** One part of a region: for every block that matters the values it may have; blocks that are not named may have any. */
export type Cube = ReadonlyMap<string, readonly Interval[]>;

/**
 * The region of a boolean diagram as disjoint cubes, at most `limit` of them, and whether that is all. Values of a block that lead
 * to the same place are one list of intervals, so that prefixes and ranges come back as they were written.
 */
export function cubesOf(bdd: Bdd, root: number, layout: Layout, limit: number): { readonly cubes: readonly Cube[]; readonly complete: boolean } {
  const cubes: Cube[] = [];
  let complete = true;
  const walk = (node: number, index: number, path: ReadonlyMap<string, readonly Interval[]>): void => {
    if (node === 0) return;
    if (cubes.length >= limit) {
      complete = false;
      return;
    }
    if (node === 1) {
      cubes.push(path);
      return;
    }
    const block = blockAt(layout.blocks, bdd.level(node), index);
    const found = layout.blocks[block];
    if (found === undefined) throw new Error('a diagram asks beyond its layout');
    for (const [child, intervals] of splitBlock(bdd, node, found)) walk(child, block + 1, new Map(path).set(found.name, intervals));
  };
  walk(root, 0, new Map());
  return { cubes, complete };
}

function blockAt(blocks: readonly Block[], level: number, from: number): number {
  let index = from;
  while (index < blocks.length && (blocks[index]?.levels.at(-1) ?? -1) < level) index++;
  return index;
}

/** Where each value of a block leads: child diagrams with their values, in order of the first value. */
export function splitBlock(bdd: Bdd, node: number, block: Block): ReadonlyMap<number, readonly Interval[]> {
  const out = new Map<number, Interval[]>();
  const last = block.levels.at(-1) ?? -1;
  const add = (child: number, min: bigint, max: bigint): void => {
    const intervals = out.get(child);
    if (intervals === undefined) {
      out.set(child, [{ min, max }]);
      return;
    }
    const previous = intervals.at(-1);
    if (previous !== undefined && previous.max + 1n === min) intervals[intervals.length - 1] = { min: previous.min, max };
    else intervals.push({ min, max });
  };
  const step = (at: number, index: number, base: bigint): void => {
    const span = 1n << BigInt(block.levels.length - index);
    if (at < 2 || bdd.isTerminal(at) || bdd.level(at) > last) {
      add(at, base, base + span - 1n);
      return;
    }
    const asks = bdd.level(at) === block.levels[index];
    step(asks ? bdd.low(at) : at, index + 1, base);
    step(asks ? bdd.high(at) : at, index + 1, base + (span >> 1n));
  };
  step(node, 0, 0n);
  return out;
}

/** The part of all assignments for which a boolean diagram is true, between 0 and 1. */
export function share(bdd: Bdd, root: number): number {
  const memo = new Map<number, number>();
  const step = (node: number): number => {
    if (node < 2) return node;
    const known = memo.get(node);
    if (known !== undefined) return known;
    const result = (step(bdd.low(node)) + step(bdd.high(node))) / 2;
    memo.set(node, result);
    return result;
  };
  return step(root);
}

/** One assignment in the region: each block's wished value where the region allows it, else one near. */
export function pick(bdd: Bdd, root: number, layout: Layout, wish: (block: Block) => bigint): ReadonlyMap<string, bigint> {
  const values = new Map<string, bigint>();
  let node = root;
  for (const block of layout.blocks) {
    const wanted = wish(block);
    let value = 0n;
    for (const [index, level] of block.levels.entries()) {
      const bit = (wanted >> BigInt(block.levels.length - 1 - index)) & 1n;
      let chosen = bit;
      if (node > 1 && bdd.level(node) === level) {
        const preferred = bit === 1n ? bdd.high(node) : bdd.low(node);
        if (preferred === 0) chosen = 1n - bit;
        node = chosen === 1n ? bdd.high(node) : bdd.low(node);
      }
      value = (value << 1n) | chosen;
    }
    values.set(block.name, value);
  }
  return values;
}
