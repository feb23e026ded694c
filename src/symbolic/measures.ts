import type { Bdd } from './bdd.js';

/** What can be told of diagrams without making nodes. */
export interface Measures {
  /** The values of all terminals that can be reached. */
  terminalsOf(node: number): ReadonlySet<number>;
  /** The levels of all variables that are asked. */
  levelsOf(node: number): ReadonlySet<number>;
  /** The part of all assignments for which a boolean diagram holds, between 0 and 1. */
  density(node: number): number;
  /** How many nodes can be reached, terminals included. */
  nodesOf(node: number): number;
}

export function createMeasures({ level, low, high, isTerminal, value, size }: Pick<Bdd, 'level' | 'low' | 'high' | 'isTerminal' | 'value' | 'size'>): Measures {
  let seen = new Uint8Array(0);
  const leaves = new Map<number, ReadonlySet<number>>();
  /** What is known of nodes by their number; what no assignment can have stands for not known. */
  let parts = new Float64Array(0);

  /** For the nodes there are, and some more. */
  const room = (): number => Math.ceil(1.25 * size());

  const reached = (root: number): readonly number[] => {
    if (seen.length < size()) seen = new Uint8Array(room());
    const found: number[] = [];
    const visit = (node: number): void => {
      if (seen[node] === 1) return;
      seen[node] = 1;
      found.push(node);
    };
    visit(root);
    for (let index = 0; index < found.length; index++) {
      const node = found[index] as number;
      if (isTerminal(node)) continue;
      visit(low(node));
      visit(high(node));
    }
    for (const node of found) seen[node] = 0;
    return found;
  };

  return {
    terminalsOf(root) {
      const known = leaves.get(root);
      if (known !== undefined) return known;
      const found = new Set(reached(root).filter(isTerminal).map(value));
      leaves.set(root, found);
      return found;
    },
    levelsOf: (root) => {
      const levels = new Set<number>();
      for (const node of reached(root)) if (!isTerminal(node)) levels.add(level(node));
      return levels;
    },
    density(root) {
      if (parts.length < size()) {
        const wider = new Float64Array(room()).fill(-1);
        wider.set(parts);
        parts = wider;
      }
      const step = (node: number): number => {
        if (node < 2) return node;
        const known = parts[node] as number;
        if (known >= 0) return known;
        return (parts[node] = (step(low(node)) + step(high(node))) / 2);
      };
      return step(root);
    },
    nodesOf: (root) => reached(root).length,
  };
}
