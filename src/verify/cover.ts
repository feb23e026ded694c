import type { Bdd } from '../symbolic/bdd.js';
import type { Block } from '../symbolic/layout.js';

/** One part of a region: for each block that matters a boolean diagram over its variables alone. */
export type Part = ReadonlyMap<Block, number>;

/**
 * A region within `possible` in as few and as plain parts as a greedy search finds, at most `limit`, and whether that is all of it. What is not in
 * `possible` never comes, so that a part may reach into it: what is certain anyway is not said. Each part is as large as it can be
 * made, one block after the other in the order of `reluctant`: the first are freed first. Parts may overlap; those with something
 * `natural` in them come first.
 */
export function coverOf(bdd: Bdd, region: number, possible: number, blocks: readonly Block[], reluctant: (block: Block) => number, limit: number, natural = 1): { readonly parts: readonly Part[]; readonly complete: boolean } {
  const order = blocks.toSorted((a, b) => reluctant(a) - reluctant(b));
  const parts: Part[] = [];
  let rest = region;
  let plain = bdd.and(rest, natural);
  while (rest !== 0 && parts.length < limit) {
    const part = enlarged(bdd, largestPath(bdd, plain === 0 ? rest : plain, blocks), region, possible, order);
    parts.push(part);
    const node = nodeOf(bdd, part);
    rest = bdd.without(rest, node);
    plain = bdd.without(plain, node);
  }
  return { parts: withoutRedundant(bdd, parts, region).map((part) => plainest(bdd, part, region)), complete: rest === 0 };
}

const nodeOf = (bdd: Bdd, part: Part, without?: Block): number => [...part].reduce((all, [block, values]) => (block === without ? all : bdd.and(all, values)), 1);

/** A later part may cover an earlier one, alone or with others. */
function withoutRedundant(bdd: Bdd, parts: readonly Part[], inside: number): readonly Part[] {
  const nodes = new Map(parts.map((part) => [part, nodeOf(bdd, part)]));
  const kept = new Set(parts);
  for (const part of parts) {
    const others = [...kept].filter((other) => other !== part).reduce((all, other) => bdd.or(all, nodes.get(other) ?? 0), 0);
    if (!bdd.meets(inside, bdd.without(nodes.get(part) ?? 0, others))) kept.delete(part);
  }
  return [...kept];
}

/** Of the values that say the same of what is possible, those that a diagram says shortest: all that the block may have there, or all that it has. */
function plainest(bdd: Bdd, part: Part, inside: number): Part {
  const plain = new Map(part);
  for (const [block, widest] of part) {
    const tightest = projected(bdd, inside, 'with', nodeOf(bdd, plain), block);
    if (bdd.nodesOf(tightest) <= bdd.nodesOf(widest)) plain.set(block, tightest);
  }
  return plain;
}

/** The path to true that leaves most open, as the bits that each block has on it. */
function largestPath(bdd: Bdd, region: number, blocks: readonly Block[]): Part {
  const owner = new Map(blocks.flatMap((block) => block.levels.map((level) => [level, block] as const)));
  const part = new Map<Block, number>();
  for (let node = region; node > 1; ) {
    const level = bdd.level(node);
    const up = bdd.density(bdd.high(node)) > bdd.density(bdd.low(node));
    const block = owner.get(level);
    if (block === undefined) throw new Error(`no block has level ${level}`);
    part.set(block, bdd.and(part.get(block) ?? 1, up ? bdd.variable(level) : bdd.not(bdd.variable(level))));
    node = up ? bdd.high(node) : bdd.low(node);
  }
  return part;
}

/** Every block in turn takes all values with which the others stay clear of what is outside the region. */
function enlarged(bdd: Bdd, part: Part, region: number, possible: number, order: readonly Block[]): Part {
  const larger = new Map(part);
  for (const block of order) {
    if (!larger.has(block)) continue;
    const others = bdd.and(possible, nodeOf(bdd, larger, block));
    if (bdd.isWithin(others, region)) larger.delete(block);
    else larger.set(block, bdd.not(projected(bdd, others, 'without', region, block)));
  }
  return larger;
}

/** The values of a block for which one diagram holds with, or without, another for some values of all other blocks. */
const projected = (bdd: Bdd, one: number, how: 'with' | 'without', other: number, { levels }: Block): number => bdd.projected(one, how, other, levels[0] ?? 0, levels.at(-1) ?? -1);

/** How much of `possible` a region within it is, between 0 and 1. Makes no nodes. */
export function shareOf(bdd: Bdd, region: number, possible: number): number {
  const all = bdd.density(possible);
  return all === 0 ? 0 : Math.min(1, bdd.density(region) / all);
}
