import type { Bdd } from './bdd.js';
import type { OperationCache } from './operation-cache.js';

/**
 * A question, and what comes of its answers: another question, whose variables are all below, a terminal, or `onward`, which stands for
 * the diagram that the branch is put above. So a rule is put in front of those behind it without being a diagram itself.
 */
export interface Branch {
  /** A boolean diagram; or literals in ascending order of level, all of which must be true: twice the level, and 1 more where the variable must be set. */
  readonly asks: Int32Array | number;
  readonly holds: Branch | number;
  readonly fails: Branch | number;
  /** What tells it apart in the cache. */
  readonly call: number;
}

/** In the place of a terminal: the diagram below. */
export const onward = -1;

/** Stands in the cache for all of a branch's questions. */
const WHOLE = -1;

export function createPlacing({ level: levelOf, low: lowOf, high: highOf, node }: Pick<Bdd, 'level' | 'low' | 'high' | 'node'>, cache: OperationCache): (branch: Branch | number, below: number) => number {
  const placed = (next: Branch | number, below: number): number => {
    if (typeof next === 'number') return next === onward ? below : next;
    const known = cache.find(below, WHOLE, next.call);
    if (known >= 0) return known;
    return cache.keep(below, WHOLE, next.call, typeof next.asks === 'number' ? asked(next, next.asks, below) : compared(next, next.asks, 0, below));
  };

  /** From the literal `index` on. */
  const compared = (branch: Branch, literals: Int32Array, index: number, below: number): number => {
    if (index === literals.length) return placed(branch.holds, below);
    const literal = literals[index] as number;
    const level = literal >> 1;
    const other = levelOf(below);
    if (other < level) {
      const known = cache.find(below, index, branch.call);
      if (known >= 0) return known;
      const low = compared(branch, literals, index, lowOf(below));
      return cache.keep(below, index, branch.call, node(other, low, compared(branch, literals, index, highOf(below))));
    }
    const low = other === level ? lowOf(below) : below;
    const high = other === level ? highOf(below) : below;
    return (literal & 1) === 1
      ? node(level, placed(branch.fails, low), compared(branch, literals, index + 1, high))
      : node(level, compared(branch, literals, index + 1, low), placed(branch.fails, high));
  };

  const asked = (branch: Branch, question: number, below: number): number => {
    if (question === 1) return placed(branch.holds, below);
    if (question === 0) return placed(branch.fails, below);
    const known = cache.find(below, question, branch.call);
    if (known >= 0) return known;
    const [one, other] = [levelOf(question), levelOf(below)];
    const level = one < other ? one : other;
    const low = asked(branch, one === level ? lowOf(question) : question, other === level ? lowOf(below) : below);
    const high = asked(branch, one === level ? highOf(question) : question, other === level ? highOf(below) : below);
    return cache.keep(below, question, branch.call, node(level, low, high));
  };

  return placed;
}
