import { createOperationCache } from './operation-cache.js';

/**
 * Reduced ordered decision diagrams with any number of terminals, hash-consed in one typed array: two functions are equal exactly when
 * their node numbers are. Node 0 is false, node 1 is true, further terminals carry whatever number the caller gives them.
 * A variable is its level: 0 is asked first. Nothing is ever freed: a diagram lives for one question and has a node budget.
 */
export interface Bdd {
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
  /** Where two diagrams carry different terminals. */
  differs(left: number, right: number): number;
  /** Whether two boolean diagrams hold together anywhere; makes no nodes. */
  meets(left: number, right: number): boolean;
  /** `node` with `other` in the place of one terminal. */
  graft(node: number, terminal: number, other: number): number;
  /**
   * Combines two diagrams terminal by terminal. `decide` may settle a pair early: 'left' or 'right' keeps that side as it is. It is
   * asked with the value of a side that is a terminal, undefined for one that is not, and must settle two terminals.
   */
  replace(left: number, right: number, decide: (left: number | undefined, right: number | undefined) => 'left' | 'right' | number | undefined): number;
  /** The values of all terminals that can be reached. */
  terminalsOf(node: number): ReadonlySet<number>;
  /** The part of all assignments for which a boolean diagram holds, between 0 and 1. */
  density(node: number): number;
  /** How many nodes can be reached, terminals included. */
  nodesOf(node: number): number;
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
const [AND, OR, DIFFERS, MEETS, GRAFT] = [1, 2, 3, 4, 5];

/** `expected`: about how many nodes there will be, where that is known. The operation cache has at most 2 to the `largestCacheBits` entries. */
export function createBdd(budget: number, largestCacheBits = 20, expected = 0): Bdd {
  let capacity = 1 << Math.min(22, Math.max(12, 32 - Math.clz32(expected)));
  let nodes = new Int32Array(capacity * 4);
  /** Node + 1, so that a fresh array is empty and pages that nobody touches cost nothing. */
  let buckets = new Int32Array(capacity);
  let count = 0;
  let seen = new Uint8Array(0);
  const leaves = new Map<number, ReadonlySet<number>>();
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
      default:
        if (f === operation - GRAFT) return g;
        if (g === operation - GRAFT || levelOf(f) === terminalLevel) return f;
    }
    if (f > g && operation < GRAFT) [f, g] = [g, f];
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

  /** A key for one call of an operation that the cache must not take for another. Grafts and calls grow towards each other, and never meet. */
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
      const known = cache.find(f, 0, call);
      if (known >= 0) return known;
      const [low, high] = [step(lowOf(f)), step(highOf(f))];
      return cache.keep(f, 0, call, ite(substitution.get(level) ?? node(level, 0, 1), high, low));
    };
    return step(root);
  };

  /** Everything that can be reached and is not marked in `seen` yet, marked by the way. */
  const reach = (roots: Iterable<number>): readonly number[] => {
    if (seen.length < count) seen = new Uint8Array(capacity);
    const reached: number[] = [];
    const visit = (f: number): void => {
      if (seen[f] === 1) return;
      seen[f] = 1;
      reached.push(f);
    };
    for (const root of roots) visit(root);
    for (let index = 0; index < reached.length; index++) {
      const f = reached[index] as number;
      if (levelOf(f) === terminalLevel) continue;
      visit(lowOf(f));
      visit(highOf(f));
    }
    return reached;
  };

  const forget = (reached: readonly number[]): void => reached.forEach((f) => (seen[f] = 0));

  const terminalsOf = (root: number): ReadonlySet<number> => {
    const known = leaves.get(root);
    if (known !== undefined) return known;
    const reached = reach([root]);
    forget(reached);
    const found = new Set(reached.filter((f) => levelOf(f) === terminalLevel).map(lowOf));
    leaves.set(root, found);
    return found;
  };

  /** What is known of nodes by their number; what no assignment can have stands for not known. */
  let parts = new Float64Array(0);
  const density = (root: number): number => {
    if (parts.length < capacity) {
      const wider = new Float64Array(capacity).fill(-1);
      wider.set(parts);
      parts = wider;
    }
    const step = (f: number): number => {
      if (f < 2) return f;
      const known = parts[f] as number;
      if (known >= 0) return known;
      return (parts[f] = (step(lowOf(f)) + step(highOf(f))) / 2);
    };
    return step(root);
  };

  const nodesOf = (root: number): number => {
    const reached = reach([root]);
    forget(reached);
    return reached.length;
  };

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
    differs: (left, right) => apply(DIFFERS, left, right),
    meets,
    graft: (f, leaf, other) => apply(GRAFT + leaf, f, other),
    replace,
    terminalsOf,
    density,
    nodesOf,
    substitute,
  };
}
