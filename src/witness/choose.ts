import type { Bdd, Layout } from '../symbolic/index.js';

/** One point of a region: a value for each block of variables. `asked`: the blocks on which the region hangs at this point. */
export interface Assignment {
  readonly values: ReadonlyMap<string, bigint>;
  readonly asked: ReadonlySet<string>;
}

/** Values of one block in the order of liking; which ones may hang on what is chosen already. */
export interface Preference {
  readonly block: string;
  readonly values: (chosen: ReadonlyMap<string, bigint>) => readonly bigint[];
}

/**
 * A point of the region: preferences are met one after the other as far as the region allows it beside those before. What they
 * leave open follows its wish from the top bit on; where the region forces it to leave the wish, it ends in zeros, an address with a one: the
 * first host of a network. Makes no nodes.
 */
export function choose(bdd: Bdd, region: number, layout: Layout, preferences: readonly Preference[], wish: (block: string, width: number) => bigint): Assignment | undefined {
  let fixed: ReadonlyMap<number, 0 | 1> = new Map();
  let dead: ReadonlySet<number> = new Set();
  if (!isAlive(bdd, region, fixed, new Set())) return undefined;
  const blocks = new Map(layout.blocks.map((block) => [block.name, block]));
  const chosen = new Map<string, bigint>();
  for (const { block: name, values } of preferences) {
    const block = blocks.get(name);
    if (block === undefined || chosen.has(name)) continue;
    for (const value of values(chosen)) {
      const wider = new Map(fixed);
      block.levels.forEach((level, index) => wider.set(level, bitAt(value, block.levels.length, index)));
      const deadHere = new Set(dead);
      if (!isAlive(bdd, region, wider, deadHere)) continue;
      fixed = wider;
      dead = deadHere;
      chosen.set(name, value);
      break;
    }
  }
  return walk(bdd, region, layout, fixed, new Set(dead), wish);
}

const bitAt = (value: bigint, width: number, index: number): 0 | 1 => (((value >> BigInt(width - 1 - index)) & 1n) === 1n ? 1 : 0);

/** Whether true can be reached with some variables held. `dead` gathers the nodes from which it cannot. */
function isAlive(bdd: Bdd, node: number, fixed: ReadonlyMap<number, 0 | 1>, dead: Set<number>): boolean {
  if (node === 1) return true;
  if (node === 0 || dead.has(node)) return false;
  const bit = fixed.get(bdd.level(node));
  const alive = (bit !== 1 && isAlive(bdd, bdd.low(node), fixed, dead)) || (bit !== 0 && isAlive(bdd, bdd.high(node), fixed, dead));
  if (!alive) dead.add(node);
  return alive;
}

function walk(bdd: Bdd, region: number, layout: Layout, fixed: ReadonlyMap<number, 0 | 1>, dead: Set<number>, wish: (block: string, width: number) => bigint): Assignment {
  const bits = new Map<number, 0 | 1>(fixed);
  const asked = new Set<number>();
  const strayed = new Set<string>();
  const places = new Map(layout.blocks.flatMap((block) => block.levels.map((level, index) => [level, { block, index }] as const)));
  for (let node = region; node > 1;) {
    const level = bdd.level(node);
    asked.add(level);
    const place = places.get(level);
    const held = fixed.get(level);
    const wished = held ?? (place === undefined ? 0 : wishedBit(place.block.name, place.block.levels.length, place.index, strayed.has(place.block.name), wish));
    const child = wished === 1 ? bdd.high(node) : bdd.low(node);
    const follows = held !== undefined || isAlive(bdd, child, fixed, dead);
    if (!follows && place !== undefined) strayed.add(place.block.name);
    const bit: 0 | 1 = follows ? wished : wished === 1 ? 0 : 1;
    bits.set(level, bit);
    node = bit === 1 ? bdd.high(node) : bdd.low(node);
  }
  const values = new Map<string, bigint>();
  const askedBlocks = new Set<string>();
  for (const { name, levels } of layout.blocks) {
    const width = levels.length;
    let strays = false;
    let value = 0n;
    for (const [index, level] of levels.entries()) {
      const bit = bits.get(level) ?? wishedBit(name, width, index, strays, wish);
      if (asked.has(level)) askedBlocks.add(name);
      if (bit !== bitAt(wish(name, width), width, index)) strays = true;
      value = (value << 1n) | BigInt(bit);
    }
    values.set(name, value);
  }
  return { values, asked: askedBlocks };
}

const isAddress = /^(ip\.(source|destination)|ct\..*(source|destination))$/;

const wishedBit = (name: string, width: number, index: number, strays: boolean, wish: (block: string, width: number) => bigint): 0 | 1 =>
  strays ? (isAddress.test(name) && index === width - 1 ? 1 : 0) : bitAt(wish(name, width), width, index);
