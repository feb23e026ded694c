import type { Interval, Predicate, Presence, Step } from '../ir/index.js';
import { isStateful } from '../ir/predicate.js';

/**
 * Exact clean-ups within one rule: tests that always hold and tests that earlier steps imply vanish, conjunctions become steps,
 * and nothing follows a test that never holds (what stands before it may still drop a packet, so the rule stays).
 */
export function simplify(steps: readonly Step[]): readonly Step[] {
  const kept: Step[] = [];
  for (const step of steps.flatMap(split)) {
    if (step.kind === 'refuse') {
      kept.push(step);
      continue;
    }
    if (step.predicate.kind === 'constant' && step.predicate.value) continue;
    if (kept.some((earlier) => covers(earlier, step))) continue;
    kept.push(step);
    if (step.kind === 'test' && neverHolds(step.predicate)) break;
  }
  return kept;
}

export const neverHolds = (predicate: Predicate): boolean => predicate.kind === 'constant' && !predicate.value;

function split(step: Step): readonly Step[] {
  if (step.kind !== 'test' || step.predicate.kind !== 'and') return [step];
  return step.predicate.operands.flatMap((predicate) => split({ ...step, predicate }));
}

/** A guard that a target may leave out covers only guards under the same assumption. */
function covers(earlier: Step, later: Step): boolean {
  if (earlier.kind === 'refuse' || later.kind === 'refuse') return false;
  if (earlier.kind === 'require' && earlier.late === true) return false;
  if (earlier.assumption !== undefined && earlier.assumption !== later.assumption) return false;
  return implies(earlier.predicate, later.predicate);
}

/** Whether `b` holds on every packet on which `a` does; false when not known. */
export function implies(a: Predicate, b: Predicate): boolean {
  if (a.kind === 'present' && b.kind === 'present') {
    if (b.what.kind === 'transport') {
      if (a.what.kind === 'transport') return a.what.bytes >= b.what.bytes;
      return a.what.kind === 'tcp-options' && b.what.bytes <= 20;
    }
    if (b.what.kind === 'extension') return a.what.kind === 'extension' && a.what.header === b.what.header && (b.what.bytes === 'whole' ? a.what.bytes === 'whole' : extent(a.what) >= extent(b.what));
    return (a.what.kind === b.what.kind && a.what.kind !== 'extension-walk' && a.what.kind !== 'sctp-chunks') || same(a, b);
  }
  if (a.kind === 'field' && b.kind === 'field') return readSame(a, b) && within(a.intervals, b.intervals);
  if (a.kind === 'field' && b.kind === 'not' && b.operand.kind === 'field') return readSame(a, b.operand) && disjoint(a.intervals, b.operand.intervals);
  if (a.kind === 'not' && b.kind === 'not') return implies(b.operand, a.operand);
  return a.kind === b.kind && !isStateful(a) && same(a, b);
}

/** Every extension header has 8 bytes at least. */
const extent = ({ bytes = 0 }: Extract<Presence, { readonly kind: 'extension' }>): number => (bytes === 'whole' ? 8 : bytes);

type FieldPredicate = Extract<Predicate, { readonly kind: 'field' }>;

const readSame = (a: FieldPredicate, b: FieldPredicate): boolean => a.field === b.field && a.mask === b.mask;

const within = (inner: readonly Interval[], outer: readonly Interval[]): boolean =>
  inner.every((one) => outer.some((other) => other.min <= one.min && one.max <= other.max));

const disjoint = (left: readonly Interval[], right: readonly Interval[]): boolean =>
  left.every((one) => right.every((other) => one.max < other.min || other.max < one.min));

const same = (a: Predicate, b: Predicate): boolean => text(a) === text(b);

const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
