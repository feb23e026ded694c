import type { Predicate } from '../ir/index.js';
import { intervalsNode, meetsIntervals } from './interval.js';
import { predicateNode, type PredicateContext, type Standpoint } from './predicate.js';

/** One condition among several, on variables from `first` to `last`. */
interface Part {
  readonly first: number;
  readonly last: number;
  /** `inside` where it holds, `outside` elsewhere. */
  node(inside: number, outside: number): number;
}

/** A test or a requirement of a rule, in its order. */
export interface Condition {
  readonly predicate: Predicate;
  readonly required: boolean;
}

/** What happens to packets: `met` where all conditions hold, `lost` where a requirement is the first that fails, `passed` elsewhere. All are terminals. */
export interface Endings {
  readonly met: number;
  readonly lost: number;
  readonly passed: number;
}

/**
 * A rule of conditions without a state. They are put one above the other from the last variable to the first, so that hardly a node is
 * made that does not stay.
 */
export function ruleOf(conditions: readonly Condition[], { met, lost, passed }: Endings, at: Standpoint, context: PredicateContext): number {
  const parts = conditions.flatMap(({ predicate, required }, index) => (required ? [wholePart(predicate, at, context)] : partsOf(predicate, at, context)).map((part) => ({ ...part, index, required })));
  parts.sort((a, b) => b.first - a.first);
  let holding = met;
  /** For requirements that are not asked yet: what becomes of a packet that fails there, as far as the tests before it are asked. */
  const failing = new Map(parts.flatMap((part) => (part.required ? [[part.index, lost] as const] : [])));
  let asked = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    // A test behind a requirement must be asked below it; where it is above, take the long way.
    if (part.index > asked) return oneByOne(conditions, { met, lost, passed }, at, context);
    const failed = part.required ? (failing.get(part.index) ?? lost) : passed;
    if (part.required) {
      failing.delete(part.index);
      asked = Math.min(asked, part.index);
    }
    holding = above(part, holding, failed, context);
    for (const [index, node] of failing) if (index > part.index) failing.set(index, above(part, node, failed, context));
  }
  return holding;
}

/** For each requirement the packets that come to it and fail, then those for which everything holds. */
function oneByOne(conditions: readonly Condition[], { met, lost, passed }: Endings, at: Standpoint, context: PredicateContext): number {
  const holding = (predicates: readonly Predicate[], inside: number): number =>
    predicates.flatMap((predicate) => partsOf(predicate, at, context)).sort((a, b) => b.first - a.first).reduce((below, part) => above(part, below, passed, context), inside);
  const predicates = conditions.map(({ predicate }) => predicate);
  return conditions.reduceRight(
    (rest, { predicate, required }, index) => (required ? context.bdd.graft(holding([...predicates.slice(0, index), { kind: 'not', operand: predicate }], lost), passed, rest) : rest),
    holding(predicates, met),
  );
}

function above(part: Part, below: number, outside: number, { bdd }: PredicateContext): number {
  if (below === outside) return outside;
  const fits = (node: number): boolean => bdd.isTerminal(node) || part.last < bdd.level(node);
  return fits(below) && fits(outside) ? part.node(below, outside) : bdd.ite(part.node(1, 0), below, outside);
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
    const [first = -1, last = -1] = [levels[0], levels.at(-1)];
    // Bits of one block ascend; a field over two blocks is left to the general way.
    if (last - first === levels.length - 1) {
      const node = (yes: number, no: number): number => intervalsNode(bdd, levels, field.mask, field.intervals, yes, no);
      return [{ first, last, node: negated ? (yes, no) => node(no, yes) : node }];
    }
  }
  return [wholePart(predicate, at, context)];
}

function wholePart(predicate: Predicate, at: Standpoint, context: PredicateContext): Part {
  const { bdd } = context;
  const node = predicateNode(predicate, at, context);
  // What always holds is asked first of all, at no cost; so is what never does.
  const last = bdd.isTerminal(node) ? -1 : Number.MAX_SAFE_INTEGER;
  return { first: bdd.isTerminal(node) ? -1 : bdd.level(node), last, node: (yes, no) => bdd.ite(node, yes, no) };
}
