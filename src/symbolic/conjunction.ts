import type { Predicate } from '../ir/index.js';
import { type Branch, onward } from './branch.js';
import { beginningOf, intervalsNode, meetsIntervals } from './interval.js';
import { predicateNode, type PredicateContext, type Standpoint } from './predicate.js';

/** A test, or a part of one, on variables from `first` to `last`. */
interface Part {
  readonly first: number;
  readonly last: number;
  readonly asks: Branch['asks'];
  readonly negated: boolean;
}

/** A part of the condition with that index. */
interface Placed extends Part {
  readonly index: number;
  readonly required: boolean;
}

/** A test or a requirement of a rule, in its order. */
export interface Condition {
  readonly predicate: Predicate;
  readonly required: boolean;
}

/** What happens to packets: `met` where all conditions hold, `lost` where a requirement is the first that fails; elsewhere they go on behind the rule. Both are terminals. */
export interface Endings {
  readonly met: number;
  readonly lost: number;
}

/**
 * A rule of conditions without a state, to be put above those behind it. Its parts are asked from the first variable to the last, whatever
 * the order of the conditions: what is known on the way is which of them is the first to have failed. Undefined where conditions between
 * which that matters ask variables among each other's.
 */
export function ruleBranch(conditions: readonly Condition[], { met, lost }: Endings, at: Standpoint, context: PredicateContext): Branch | number | undefined {
  const parts = apart(conditions.flatMap(({ predicate, required }, index) => (required ? [wholePart(predicate, at, context)] : partsOf(predicate, at, context)).map((part): Placed => ({ ...part, index, required }))), context);
  if (parts === undefined) return undefined;
  const known = new Map<number, Branch | number>();
  /** From a part on, where the conditions before `failed` hold as far as they were asked, and that one does not. */
  const from = (place: number, failed: number): Branch | number => {
    const part = parts[place];
    if (part === undefined) return failed === conditions.length ? met : conditions[failed]?.required === true ? lost : onward;
    if (part.index >= failed) return from(place + 1, failed);
    const key = place * (conditions.length + 1) + failed;
    const before = known.get(key);
    if (before !== undefined) return before;
    const [holds, fails] = [from(place + 1, failed), from(place + 1, part.index)];
    const branch = holds === fails ? holds : context.bdd.branch(part.asks, part.negated ? fails : holds, part.negated ? holds : fails);
    known.set(key, branch);
    return branch;
  };
  return from(0, conditions.length);
}

/** In the order of their variables; tests that ask variables among each other's as one, where no requirement stands between them. */
function apart(parts: readonly Placed[], context: PredicateContext): readonly Placed[] | undefined {
  const sorted: Placed[] = [];
  for (const part of parts.toSorted((a, b) => a.first - b.first)) {
    const before = sorted.at(-1);
    // What always holds, or never, has no place.
    if (before === undefined || part.first < 0 || part.first > before.last) sorted.push(part);
    else {
      const [from, to] = [Math.min(before.index, part.index), Math.max(before.index, part.index)];
      if (part.required || before.required || parts.some(({ required, index }) => required && from < index && index < to)) return undefined;
      sorted[sorted.length - 1] = { ...partOf(context.bdd.and(nodeOf(before, context), nodeOf(part, context)), false, context), index: from, required: false };
    }
  }
  return sorted;
}

function nodeOf({ asks, negated }: Part, { bdd }: PredicateContext): number {
  const node = typeof asks === 'number' ? asks : asks.reduceRight((below, literal) => ((literal & 1) === 1 ? bdd.node(literal >> 1, 0, below) : bdd.node(literal >> 1, below, 0)), 1);
  return negated ? bdd.not(node) : node;
}

/** Whether a predicate may hold for some of these packets; asked without putting the two together. */
export function meetsPredicate(packets: number, predicate: Predicate, at: Standpoint, context: PredicateContext): boolean {
  const { bdd, layout } = context;
  if (predicate.kind === 'and') return predicate.operands.every((operand) => meetsPredicate(packets, operand, at, context));
  const isRead = predicate.kind === 'field' && (at.tracked || !predicate.field.startsWith('ct.'));
  return isRead ? meetsIntervals(bdd, packets, layout.field(predicate.field), predicate.mask, predicate.intervals) : bdd.meets(packets, predicateNode(predicate, at, context));
}

/** A conjunction is as many conditions as it has operands. */
function partsOf(predicate: Predicate, at: Standpoint, context: PredicateContext): readonly Part[] {
  const { bdd, layout } = context;
  if (predicate.kind === 'and') return predicate.operands.flatMap((operand) => partsOf(operand, at, context));
  const negated = predicate.kind === 'not' && predicate.operand.kind === 'field';
  const field = negated ? predicate.operand : predicate;
  if (field.kind === 'field' && (at.tracked || !field.field.startsWith('ct.'))) {
    const levels = layout.field(field.field);
    const literals = beginningOf(levels, field.mask, field.intervals);
    if (literals !== undefined && literals.length > 0) return [{ first: (literals[0] ?? 0) >> 1, last: (literals.at(-1) ?? 0) >> 1, asks: literals, negated }];
    return [partOf(intervalsNode(bdd, levels, field.mask, field.intervals), negated, context)];
  }
  return [wholePart(predicate, at, context)];
}

const wholePart = (predicate: Predicate, at: Standpoint, context: PredicateContext): Part => partOf(predicateNode(predicate, at, context), false, context);

/** What always holds is asked first of all, at no cost; so is what never does. */
function partOf(node: number, negated: boolean, { bdd }: PredicateContext): Part {
  if (bdd.isTerminal(node)) return { first: -1, last: -1, asks: node, negated };
  return { first: bdd.level(node), last: Math.max(...bdd.levelsOf(node)), asks: node, negated };
}
