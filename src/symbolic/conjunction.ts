import type { Predicate } from '../ir/index.js';
import { intervalsNode } from './interval.js';
import { predicateNode, type PredicateContext, type Standpoint } from './predicate.js';

/** One condition among several, on variables from `first` to `last`. */
interface Part {
  readonly first: number;
  readonly last: number;
  /** `inside` where it holds, `outside` elsewhere. */
  node(inside: number, outside: number): number;
}

/**
 * `inside` where all predicates hold, `outside` elsewhere; both are terminals, and no predicate has a state. Conditions are put one
 * above the other from the last variable to the first, so that hardly a node is made that does not stay.
 */
export function allHold(predicates: readonly Predicate[], inside: number, outside: number, at: Standpoint, context: PredicateContext): number {
  const { bdd } = context;
  const parts = predicates.flatMap((predicate) => partsOf(predicate, at, context)).sort((a, b) => b.first - a.first);
  return parts.reduce((below, part) => {
    if (below === outside) return outside;
    return bdd.isTerminal(below) || part.last < bdd.level(below) ? part.node(below, outside) : bdd.ite(part.node(1, 0), below, outside);
  }, inside);
}

function partsOf(predicate: Predicate, at: Standpoint, context: PredicateContext): readonly Part[] {
  const { bdd, layout } = context;
  if (predicate.kind === 'and') return predicate.operands.flatMap((operand) => partsOf(operand, at, context));
  const negated = predicate.kind === 'not' && predicate.operand.kind === 'field';
  const field = negated ? predicate.operand : predicate;
  if (field.kind === 'field' && (at.tracked || !field.field.startsWith('ct.'))) {
    const levels = layout.field(field.field);
    const [first = -1, last = -1] = [levels[0], levels.at(-1)];
    // Bits of one block ascend; a field over two blocks is left to the general way.
    if (last - first === levels.length - 1) {
      const node = (yes: number, no: number): number => intervalsNode(bdd, levels, field.mask, field.intervals, yes, no);
      return [{ first, last, node: negated ? (yes, no) => node(no, yes) : node }];
    }
  }
  const node = predicateNode(predicate, at, context);
  // What always holds is asked first of all, at no cost; so is what never does.
  const last = bdd.isTerminal(node) ? -1 : Number.MAX_SAFE_INTEGER;
  return [{ first: bdd.isTerminal(node) ? -1 : bdd.level(node), last, node: (yes, no) => bdd.ite(node, yes, no) }];
}
