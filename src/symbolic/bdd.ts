import { type Branch, createPlacing } from './branch.js';
import { createMeasures, type Measures } from './measures.js';
import { createOperationCache } from './operation-cache.js';

/**
 * Reduced ordered decision diagrams with any number of terminals, hash-consed in one typed array: two functions are equal exactly when
 * their node numbers are. Node 0 is false, node 1 is true, further terminals carry whatever number the caller gives them.
 * A variable is its level: 0 is asked first. Nothing is ever freed: a diagram lives for one question and has a node budget.
 */
export interface Bdd extends Measures {
  /** Nodes in use, terminals included; the budget limits this. */
  size(): number;
  /** The terminal that carries `value`; 0 and 1 are false and true. */
  terminal(value: number): number;
  /** The function that is true where the variable is set. */
  variable(level: number): number;
  /** The node that asks `level`: `low` where it is 0, `high` where it is 1. Both must be below it. */
  node(level: number, low: number, high: number): number;
  isTerminal(node: number): boolean;
  /** What a terminal carries. */
  value(node: number): number;
  level(node: number): number;
  low(node: number): number;
  high(node: number): number;
  /** `condition ? then : otherwise`; the condition is boolean, the branches may carry any terminals. */
  ite(condition: number, then: number, otherwise: number): number;
  and(left: number, right: number): number;
  or(left: number, right: number): number;
  not(operand: number): number;
  /** `left` where `right`, which is boolean too, does not hold. */
  without(left: number, right: number): number;
  /** Where two diagrams carry different terminals. */
  differs(left: number, right: number): number;
  /** Whether two boolean diagrams hold together anywhere; makes no nodes. */
  meets(left: number, right: number): boolean;
  /** Whether a boolean diagram holds wherever another does; makes no nodes. */
  isWithin(inner: number, outer: number): boolean;
  /** `node` with `other` in the place of one terminal. */
  graft(node: number, terminal: number, other: number): number;
  /**
   * Combines two diagrams terminal by terminal. `decide` may settle a pair early: 'left' or 'right' keeps that side as it is. It is
   * asked with the value of a side that is a terminal, undefined for one that is not, and must settle two terminals.
   */
  replace(left: number, right: number, decide: (left: number | undefined, right: number | undefined) => 'left' | 'right' | number | undefined): number;
  /**
   * What is said of the variables from level `first` to `last`, whatever all others are, by a boolean diagram that holds together with
   * another one, or where the other one does not hold.
   */
  projected(left: number, how: 'with' | 'without', right: number, first: number, last: number): number;
  /** A question that can be put above diagrams: see `Branch`. */
  branch(asks: Branch['asks'], holds: Branch['holds'], fails: Branch['fails']): Branch;
  /** The questions of a branch, and `below` wherever they lead to `onward`. */
  above(branch: Branch | number, below: number): number;
  /** The function with the variables of some levels replaced, all at once, by boolean functions: what an assignment does to later tests. */
  substitute(node: number, substitution: Substitution): number;
}

/** The boolean node that takes the place of each level named. */
export type Substitution = ReadonlyMap<number, number>;

/** Thrown when the budget is spent; callers turn it into the answer "gave up". */
export class BudgetExceeded extends Error {
  readonly nodes: number;
  constructor(nodes: number) {
    super(`decision diagram exceeds ${nodes} nodes`);
    this.nodes = nodes;
  }
}

const terminalLevel = 0x7fffffff;

/** Four words a node, so that looking at one costs one line of the processor's cache: level, low, high, next of the same hash. */
const [LOW, HIGH, NEXT] = [1, 2, 3];

/** What tells operations apart in the cache; `graft` counts on from its base by the terminal, others downwards by the call. */
const [AND, OR, DIFFERS, WITHOUT, MEETS, WITHIN, GRAFT] = [1, 2, 3, 4, 5, 6, 7];

/** `expected`: about how many nodes there will be, where that is known. The operation cache has at most 2 to the `largestCacheBits` entries. */
export function createBdd(budget: number, largestCacheBits = 20, expected = 0): Bdd {
  let capacity = 1 << Math.min(22, Math.max(12, 32 - Math.clz32(expected)));
  let nodes = new Int32Array(capacity * 4);
  /** Node + 1, so that a fresh array is empty and pages that nobody touches cost nothing. */
  let buckets = new Int32Array(capacity);
  let count = 0;
  const terminals = new Map<number, number>();
  const cache = createOperationCache(largestCacheBits);
  cache.fit(capacity >> 2);
  let calls = 0;

  const hash = (level: number, low: number, high: number): number => {
    const h = Math.imul(level, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
    return h ^ (h >>> 15) ^ (h >>> 7);
  };

  const link = (node: number): void => {
    const at = node << 2;
    const bucket = hash(nodes[at] as number, nodes[at + LOW] as number, nodes[at + HIGH] as number) & (capacity - 1);
    nodes[at + NEXT] = (buckets[bucket] as number) - 1;
    buckets[bucket] = node + 1;
  };

  const grow = (): void => {
    capacity *= 2;
    const wider = new Int32Array(capacity * 4);
    wider.set(nodes);
    nodes = wider;
    buckets = new Int32Array(capacity);
    for (let node = 0; node < count; node++) link(node);
    cache.fit(capacity);
  };

  const make = (level: number, low: number, high: number): number => {
    const h = hash(level, low, high);
    for (let node = (buckets[h & (capacity - 1)] as number) - 1; node >= 0; ) {
      const at = node << 2;
      if (nodes[at + LOW] === low && nodes[at + HIGH] === high && nodes[at] === level) return node;
      node = nodes[at + NEXT] as number;
    }
    if (count >= budget) throw new BudgetExceeded(budget);
    if (count === capacity) grow();
    const node = count++;
    const at = node << 2;
    const bucket = h & (capacity - 1);
    nodes[at] = level;
    nodes[at + LOW] = low;
    nodes[at + HIGH] = high;
    nodes[at + NEXT] = (buckets[bucket] as number) - 1;
    buckets[bucket] = node + 1;
    return node;
  };

  const terminal = (value: number): number => {
    const known = terminals.get(value);
    if (known !== undefined) return known;
    const node = make(terminalLevel, value, value);
    terminals.set(value, node);
    return node;
  };

  const node = (level: number, low: number, high: number): number => (low === high ? low : make(level, low, high));
  const levelOf = (f: number): number => nodes[f << 2] as number;
  const lowOf = (f: number): number => nodes[(f << 2) + LOW] as number;
  const highOf = (f: number): number => nodes[(f << 2) + HIGH] as number;

  const ite = (f: number, then: number, otherwise: number): number => {
    if (f === 1) return then;
    if (f === 0) return otherwise;
    const g = then === f ? 1 : then;
    const h = otherwise === f ? 0 : otherwise;
    if (g === h) return g;
    if (g === 1 && h === 0) return f;
    const known = cache.find(f, g, h);
    if (known >= 0) return known;
    const lf = levelOf(f);
    const lg = levelOf(g);
    const lh = levelOf(h);
    const level = lf < lg ? (lf < lh ? lf : lh) : lg < lh ? lg : lh;
    const low = ite(lf === level ? lowOf(f) : f, lg === level ? lowOf(g) : g, lh === level ? lowOf(h) : h);
    const high = ite(lf === level ? highOf(f) : f, lg === level ? highOf(g) : g, lh === level ? highOf(h) : h);
    return cache.keep(f, g, h, node(level, low, high));
  };

  /** Two diagrams, terminal by terminal. */
  const apply = (operation: number, left: number, right: number): number => {
    let f = left;
    let g = right;
    switch (operation) {
      case AND:
        if (f === g || g === 1) return f;
        if (f === 0 || g === 0) return 0;
        if (f === 1) return g;
        break;
      case OR:
        if (f === g || g === 0) return f;
        if (f === 1 || g === 1) return 1;
        if (f === 0) return g;
        break;
      case DIFFERS:
        if (f === g) return 0;
        if (levelOf(f) === terminalLevel && levelOf(g) === terminalLevel) return 1;
        break;
      case WITHOUT:
        if (f === g || f === 0 || g === 1) return 0;
        if (g === 0) return f;
        break;
      default:
        if (f === operation - GRAFT) return g;
        if (g === operation - GRAFT || levelOf(f) === terminalLevel) return f;
    }
    if (f > g && operation < WITHOUT) [f, g] = [g, f];
    const known = cache.find(f, g, -operation);
    if (known >= 0) return known;
    const lf = levelOf(f);
    const lg = levelOf(g);
    const level = lf < lg ? lf : lg;
    const low = apply(operation, lf === level ? lowOf(f) : f, lg === level ? lowOf(g) : g);
    const high = apply(operation, lf === level ? highOf(f) : f, lg === level ? highOf(g) : g);
    return cache.keep(f, g, -operation, node(level, low, high));
  };

  const meets = (left: number, right: number): boolean => {
    if (left === 0 || right === 0) return false;
    if (left === 1 || right === 1 || left === right) return true;
    const [f, g] = left < right ? [left, right] : [right, left];
    const known = cache.find(f, g, -MEETS);
    if (known >= 0) return known === 1;
    const lf = levelOf(f);
    const lg = levelOf(g);
    const found =
      meets(lf <= lg ? lowOf(f) : f, lg <= lf ? lowOf(g) : g) || meets(lf <= lg ? highOf(f) : f, lg <= lf ? highOf(g) : g);
    cache.keep(f, g, -MEETS, found ? 1 : 0);
    return found;
  };

  const isWithin = (f: number, g: number): boolean => {
    if (f === 0 || g === 1 || f === g) return true;
    if (f === 1 || g === 0) return false;
    const known = cache.find(f, g, -WITHIN);
    if (known >= 0) return known === 1;
    const lf = levelOf(f);
    const lg = levelOf(g);
    const found = isWithin(lf <= lg ? lowOf(f) : f, lg <= lf ? lowOf(g) : g) && isWithin(lf <= lg ? highOf(f) : f, lg <= lf ? highOf(g) : g);
    cache.keep(f, g, -WITHIN, found ? 1 : 0);
    return found;
  };

  /** A key for one call of an operation that the cache must not take for another. Those of operations and of calls grow towards each other, and never meet. */
  const newCall = (): number => -0x7fffffff + calls++;

  const replace = (left: number, right: number, decide: (left: number | undefined, right: number | undefined) => 'left' | 'right' | number | undefined): number => {
    const call = newCall();
    const step = (f: number, g: number): number => {
      const lf = levelOf(f);
      const lg = levelOf(g);
      if (lf === terminalLevel) {
        const settled = decide(lowOf(f), lg === terminalLevel ? lowOf(g) : undefined);
        if (settled === 'left') return f;
        if (settled === 'right') return g;
        if (settled !== undefined) return settled;
      }
      const known = cache.find(f, g, call);
      if (known >= 0) return known;
      const level = lf < lg ? lf : lg;
      const low = step(lf === level ? lowOf(f) : f, lg === level ? lowOf(g) : g);
      const high = step(lf === level ? highOf(f) : f, lg === level ? highOf(g) : g);
      return cache.keep(f, g, call, node(level, low, high));
    };
    return step(left, right);
  };

  const substitute = (root: number, substitution: Substitution): number => {
    if (substitution.size === 0) return root;
    const last = Math.max(...substitution.keys());
    const call = newCall();
    const step = (f: number): number => {
      const level = levelOf(f);
      if (level > last) return f;
      const instead = substitution.get(level);
      if (instead === 0) return step(lowOf(f));
      if (instead === 1) return step(highOf(f));
      const known = cache.find(f, 0, call);
      if (known >= 0) return known;
      const low = step(lowOf(f));
      const high = step(highOf(f));
      const stays = instead === undefined && level < levelOf(low) && level < levelOf(high);
      return cache.keep(f, 0, call, stays ? node(level, low, high) : ite(instead ?? node(level, 0, 1), high, low));
    };
    return step(root);
  };

  const projected = (left: number, how: 'with' | 'without', right: number, first: number, last: number): number => {
    const call = newCall();
    const without = how === 'without';
    const step = (f: number, g: number): number => {
      if (f === 0 || g === (without ? 1 : 0)) return 0;
      const lf = levelOf(f);
      const lg = levelOf(g);
      const level = lf < lg ? lf : lg;
      if (level > last) return (without ? !isWithin(f, g) : meets(f, g)) ? 1 : 0;
      const known = cache.find(f, g, call);
      if (known >= 0) return known;
      const low = step(lf === level ? lowOf(f) : f, lg === level ? lowOf(g) : g);
      if (low === 1 && level < first) return cache.keep(f, g, call, 1);
      const high = step(lf === level ? highOf(f) : f, lg === level ? highOf(g) : g);
      return cache.keep(f, g, call, level < first ? apply(OR, low, high) : node(level, low, high));
    };
    return step(left, right);
  };

  const branch = (asks: Branch['asks'], holds: Branch['holds'], fails: Branch['fails']): Branch => ({ asks, holds, fails, call: newCall() });

  terminal(0);
  terminal(1);
  return {
    size: () => count,
    terminal,
    variable: (level) => node(level, 0, 1),
    node,
    isTerminal: (f) => levelOf(f) === terminalLevel,
    value: lowOf,
    level: levelOf,
    low: lowOf,
    high: highOf,
    ite,
    and: (left, right) => apply(AND, left, right),
    or: (left, right) => apply(OR, left, right),
    not: (operand) => apply(DIFFERS, operand, 1),
    without: (left, right) => apply(WITHOUT, left, right),
    differs: (left, right) => apply(DIFFERS, left, right),
    meets,
    isWithin,
    graft: (f, leaf, other) => apply(GRAFT + leaf, f, other),
    replace,
    projected,
    branch,
    above: createPlacing({ level: levelOf, low: lowOf, high: highOf, node }, cache),
    substitute,
    ...createMeasures({ level: levelOf, low: lowOf, high: highOf, isTerminal: (f) => levelOf(f) === terminalLevel, value: lowOf, size: () => count }),
  };
}
