/**
 * Reduced ordered decision diagrams with any number of terminals, hash-consed in typed arrays: two functions are equal exactly when
 * their node numbers are. Node 0 is false, node 1 is true, further terminals carry whatever number the caller gives them.
 * A variable is its level: 0 is asked first. Nothing is ever freed; a diagram lives for one question and has a node budget.
 */
export interface Bdd {
  /** Nodes made so far, terminals included. */
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
  /**
   * Combines two diagrams terminal by terminal. `decide` may settle a pair early: 'left' or 'right' keeps that side as it is. It is
   * asked with the value of a side that is a terminal, undefined for one that is not, and must settle two terminals.
   */
  replace(left: number, right: number, decide: (left: number | undefined, right: number | undefined) => 'left' | 'right' | number | undefined): number;
  /** The values of all terminals that can be reached. */
  terminalsOf(node: number): ReadonlySet<number>;
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

const operationIte = 1;

export function createBdd(budget: number, cacheBits = 22): Bdd {
  let capacity = 1 << 16;
  let levels = new Int32Array(capacity);
  let lows = new Int32Array(capacity);
  let highs = new Int32Array(capacity);
  let nexts = new Int32Array(capacity);
  let buckets = new Int32Array(capacity).fill(-1);
  let count = 0;
  const terminals = new Map<number, number>();
  const cacheSize = 1 << cacheBits;
  const cacheMask = cacheSize - 1;
  const keyOperation = new Int32Array(cacheSize);
  const keyA = new Int32Array(cacheSize);
  const keyB = new Int32Array(cacheSize);
  const keyC = new Int32Array(cacheSize);
  const results = new Int32Array(cacheSize);
  let operations = operationIte;

  const hash = (a: number, b: number, c: number): number => {
    let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    return (h ^ (h >>> 13)) >>> 0;
  };

  const grow = (): void => {
    const wider = capacity * 2;
    const copy = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(wider);
      to.set(from);
      return to;
    };
    levels = copy(levels);
    lows = copy(lows);
    highs = copy(highs);
    nexts = copy(nexts);
    buckets = new Int32Array(wider).fill(-1);
    capacity = wider;
    for (let node = 0; node < count; node++) {
      const bucket = hash(levels[node] ?? 0, lows[node] ?? 0, highs[node] ?? 0) & (capacity - 1);
      nexts[node] = buckets[bucket] ?? -1;
      buckets[bucket] = node;
    }
  };

  const make = (level: number, low: number, high: number): number => {
    let bucket = hash(level, low, high) & (capacity - 1);
    for (let node = buckets[bucket] as number; node >= 0; node = nexts[node] as number) {
      if (levels[node] === level && lows[node] === low && highs[node] === high) return node;
    }
    if (count >= budget) throw new BudgetExceeded(budget);
    if (count === capacity) {
      grow();
      bucket = hash(level, low, high) & (capacity - 1);
    }
    const node = count++;
    levels[node] = level;
    lows[node] = low;
    highs[node] = high;
    nexts[node] = buckets[bucket] as number;
    buckets[bucket] = node;
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

  const ite = (f: number, g: number, h: number): number => {
    if (f === 1 || g === h) return g;
    if (f === 0) return h;
    if (g === 1 && h === 0) return f;
    const slot = hash(f, g, h) & cacheMask;
    if (keyOperation[slot] === operationIte && keyA[slot] === f && keyB[slot] === g && keyC[slot] === h) return results[slot] as number;
    const lf = levels[f] as number;
    const lg = levels[g] as number;
    const lh = levels[h] as number;
    const level = lf < lg ? (lf < lh ? lf : lh) : lg < lh ? lg : lh;
    const low = ite(lf === level ? (lows[f] as number) : f, lg === level ? (lows[g] as number) : g, lh === level ? (lows[h] as number) : h);
    const high = ite(lf === level ? (highs[f] as number) : f, lg === level ? (highs[g] as number) : g, lh === level ? (highs[h] as number) : h);
    const result = low === high ? low : make(level, low, high);
    keyOperation[slot] = operationIte;
    keyA[slot] = f;
    keyB[slot] = g;
    keyC[slot] = h;
    results[slot] = result;
    return result;
  };

  const remember = (slot: number, operation: number, a: number, b: number, result: number): number => {
    keyOperation[slot] = operation;
    keyA[slot] = a;
    keyB[slot] = b;
    keyC[slot] = 0;
    results[slot] = result;
    return result;
  };

  const operationDiffers = ++operations;
  const differs = (f: number, g: number): number => {
    if (f === g) return 0;
    const lf = levels[f] as number;
    const lg = levels[g] as number;
    if (lf === terminalLevel && lg === terminalLevel) return 1;
    const [a, b] = f < g ? [f, g] : [g, f];
    const slot = hash(a, b, operationDiffers) & cacheMask;
    if (keyOperation[slot] === operationDiffers && keyA[slot] === a && keyB[slot] === b) return results[slot] as number;
    const level = lf < lg ? lf : lg;
    const low = differs(lf === level ? (lows[f] as number) : f, lg === level ? (lows[g] as number) : g);
    const high = differs(lf === level ? (highs[f] as number) : f, lg === level ? (highs[g] as number) : g);
    return remember(slot, operationDiffers, a, b, node(level, low, high));
  };

  const replace = (left: number, right: number, decide: (left: number | undefined, right: number | undefined) => 'left' | 'right' | number | undefined): number => {
    const operation = ++operations;
    const step = (f: number, g: number): number => {
      const lf = levels[f] as number;
      const lg = levels[g] as number;
      if (lf === terminalLevel) {
        const settled = decide(lows[f] as number, lg === terminalLevel ? (lows[g] as number) : undefined);
        if (settled === 'left') return f;
        if (settled === 'right') return g;
        if (settled !== undefined) return settled;
      }
      const slot = hash(f, g, operation) & cacheMask;
      if (keyOperation[slot] === operation && keyA[slot] === f && keyB[slot] === g) return results[slot] as number;
      const level = lf < lg ? lf : lg;
      const low = step(lf === level ? (lows[f] as number) : f, lg === level ? (lows[g] as number) : g);
      const high = step(lf === level ? (highs[f] as number) : f, lg === level ? (highs[g] as number) : g);
      return remember(slot, operation, f, g, node(level, low, high));
    };
    return step(left, right);
  };

  const terminalsOf = (root: number): ReadonlySet<number> => {
    const seen = new Set<number>();
    const values = new Set<number>();
    const stack = [root];
    for (let f = stack.pop(); f !== undefined; f = stack.pop()) {
      if (seen.has(f)) continue;
      seen.add(f);
      if (levels[f] === terminalLevel) values.add(lows[f] as number);
      else stack.push(lows[f] as number, highs[f] as number);
    }
    return values;
  };

  const substitute = (root: number, substitution: Substitution): number => {
    if (substitution.size === 0) return root;
    const last = Math.max(...substitution.keys());
    const operation = ++operations;
    const step = (f: number): number => {
      const level = levels[f] as number;
      if (level > last) return f;
      const slot = hash(f, operation, 1) & cacheMask;
      if (keyOperation[slot] === operation && keyA[slot] === f) return results[slot] as number;
      const result = ite(substitution.get(level) ?? node(level, 0, 1), step(highs[f] as number), step(lows[f] as number));
      return remember(slot, operation, f, 0, result);
    };
    return step(root);
  };

  terminal(0);
  terminal(1);
  return {
    size: () => count,
    terminal,
    variable: (level) => node(level, 0, 1),
    node,
    isTerminal: (f) => levels[f] === terminalLevel,
    value: (f) => lows[f] as number,
    level: (f) => levels[f] as number,
    low: (f) => lows[f] as number,
    high: (f) => highs[f] as number,
    ite,
    and: (left, right) => ite(left, right, 0),
    or: (left, right) => ite(left, 1, right),
    not: (operand) => ite(operand, 0, 1),
    differs,
    replace,
    terminalsOf,
    substitute,
  };
}
