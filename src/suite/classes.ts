import type { Interval } from '../ir/index.js';
import type { Bdd } from '../symbolic/bdd.js';
import type { Layout } from '../symbolic/layout.js';
import { childrenOf } from './split.js';

/** For every block that is asked the values it may have; blocks that are not named may have any. */
export type Cube = ReadonlyMap<string, readonly Interval[]>;

/** Classes of packets: the ways through a diagram, block by block. Packets of one class are asked alike and end alike. */
export interface Classes {
  readonly total: bigint;
  /** The first of them, at most as many as were asked for. */
  readonly first: readonly Cube[];
}

export function classesOf(bdd: Bdd, root: number, layout: Layout, most: number): Classes {
  const indexOf = new Map(layout.blocks.flatMap((block, index) => block.levels.map((level) => [level, index] as const)));
  const splits = new Map<number, ReturnType<typeof childrenOf>>();
  const splitAt = (node: number): { readonly name: string; readonly children: ReturnType<typeof childrenOf> } => {
    const block = layout.blocks[indexOf.get(bdd.level(node)) ?? -1];
    if (block === undefined) throw new Error('a diagram asks beyond its layout');
    const children = splits.get(node) ?? childrenOf(bdd, node, block);
    splits.set(node, children);
    return { name: block.name, children };
  };
  const counts = new Map<number, bigint>();
  const count = (node: number): bigint => {
    if (bdd.isTerminal(node)) return 1n;
    const known = counts.get(node) ?? [...splitAt(node).children.keys()].reduce((sum, child) => sum + count(child), 0n);
    counts.set(node, known);
    return known;
  };
  const first: Cube[] = [];
  const walk = (node: number, path: Cube): void => {
    if (first.length >= most) return;
    if (bdd.isTerminal(node)) {
      first.push(path);
      return;
    }
    const { name, children } = splitAt(node);
    for (const [child, intervals] of children) walk(child, new Map(path).set(name, intervals));
  };
  const total = count(root);
  walk(root, new Map());
  return { total, first };
}
