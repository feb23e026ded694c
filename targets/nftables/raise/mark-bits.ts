import type { Expression, SetTarget } from '../ast.js';
import type { ListedRule, MarkBits } from '../read/listed.js';

/** `from & bit == bit`, then `to ^= moved`. */
interface Flip {
  readonly from: MarkBits['from'];
  readonly to: MarkBits['to'];
  readonly bit: bigint;
  readonly moved: bigint;
}

/**
 * nft knows no operation on two marks, so a masked copy is written bit by bit: each bit that is set flips its place. A run of such
 * rules comes back as the one exclusive or that it is: apart, each would double the ways through the chain.
 */
export function markBitsAt(rules: readonly ListedRule[], at: number): { readonly statement: MarkBits; readonly count: number } | undefined {
  const first = flipOf(rules[at]);
  if (first === undefined) return undefined;
  const { from, to } = first;
  const shift = distance(first);
  let mask = first.bit;
  let end = at + 1;
  for (let next = flipOf(rules[end]); next !== undefined; next = flipOf(rules[end])) {
    if (next.from !== from || next.to !== to || distance(next) !== shift || (mask & next.bit) !== 0n) break;
    mask |= next.bit;
    end += 1;
  }
  return end - at < 2 ? undefined : { statement: { kind: 'mark-bits', from, to, mask, shift }, count: end - at };
}

const distance = ({ bit, moved }: Flip): number => moved.toString(2).length - bit.toString(2).length;

const isBit = (value: bigint): boolean => value > 0n && (value & (value - 1n)) === 0n;

function flipOf(rule: ListedRule | undefined): Flip | undefined {
  const [test, set, ...more] = rule?.statements ?? [];
  if (test?.kind !== 'match' || set?.kind !== 'set' || more.length > 0 || test.negated || test.right.kind !== 'intervals') return undefined;
  const [only, ...others] = test.right.intervals;
  if (test.left.kind !== 'binary' || test.left.operator !== '&' || only === undefined || others.length > 0) return undefined;
  const bit = test.left.right;
  const from = markOf(test.left.left);
  const to = markOf(set.target);
  if (from === undefined || to === undefined || from === to || !isBit(bit) || only.min !== bit || only.max !== bit) return undefined;
  const { value } = set;
  if (value.kind !== 'binary' || value.operator !== '^' || markOf(value.left) !== to || !isBit(value.right)) return undefined;
  return { from, to, bit, moved: value.right };
}

function markOf(expression: Expression | SetTarget): MarkBits['from'] | undefined {
  if (expression.kind === 'meta' && expression.key === 'mark') return 'packet.mark';
  return expression.kind === 'ct' && expression.key === 'mark' ? 'ct.mark' : undefined;
}
