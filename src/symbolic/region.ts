import type { Bdd } from './bdd.js';
import type { Block, Layout } from './layout.js';

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
