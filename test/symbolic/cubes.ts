import type { Bdd } from '../../src/symbolic/bdd.js';
import type { Layout } from '../../src/symbolic/layout.js';
import type { Cube } from '../../src/suite/classes.js';
import { childrenOf } from '../../src/suite/split.js';

/** The region of a boolean diagram as disjoint cubes. */
export function cubesOf(bdd: Bdd, root: number, layout: Layout): readonly Cube[] {
  if (root === 0) return [];
  if (root === 1) return [new Map()];
  const block = layout.blocks.find(({ levels }) => levels.includes(bdd.level(root)));
  if (block === undefined) throw new Error('a diagram asks beyond its layout');
  return [...childrenOf(bdd, root, block)].flatMap(([child, intervals]) => cubesOf(bdd, child, layout).map((cube): Cube => new Map([[block.name, intervals], ...cube])));
}
