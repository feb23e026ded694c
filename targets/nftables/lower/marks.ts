import type { Assignment, MarkField } from '../../../src/ir/index.js';
import { match, single, type Expression, type SetTarget, type Statement } from '../ast.js';
import { inOwnChain } from './action.js';
import { refuse, type RuleContext } from './context.js';

const full = 0xffffffffn;

const fieldOf = (field: 'packet.mark' | 'ct.mark'): SetTarget & Expression =>
  field === 'packet.mark' ? { kind: 'meta', key: 'mark' } : { kind: 'ct', key: 'mark' };

const markOf = (field: MarkField): Expression => (field === 'socket.mark' ? { kind: 'socket', key: 'mark' } : fieldOf(field));

/** `(left & mask) ^ value`, with as little text as that needs. */
function masked(left: Expression, mask: bigint, value: bigint): Expression {
  const kept: Expression = mask === full ? left : { kind: 'binary', operator: '&', left, right: mask };
  if (value === 0n) return kept;
  return { kind: 'binary', operator: (value & mask) === 0n ? '|' : '^', left: kept, right: value };
}

/** Mark arithmetic on 32 bits. `ct mark` cannot be read or written without an entry: the rule then ends, as CONNMARK does nothing. */
export function assignMark(to: 'packet.mark' | 'ct.mark', value: Assignment, context: RuleContext): readonly Statement[] {
  const target = fieldOf(to);
  if (value.kind === 'add') {
    refuse(context, 'an addition to a mark', 'nft has no arithmetic');
    return [];
  }
  if (value.kind === 'xor') {
    const keep = full & ~BigInt(value.mask);
    const bits = BigInt(value.value);
    if (keep === 0n && value.shift === undefined) return [{ kind: 'set', target, value: { kind: 'value', value: bits } }];
    const plain: Statement = { kind: 'set', target, value: masked(target, keep, bits) };
    if (value.shift === undefined) return [plain];
    const shift: Statement = { kind: 'set', target, value: { kind: 'binary', operator: value.shift.direction === 'left' ? '<<' : '>>', left: target, right: BigInt(value.shift.bits) } };
    return [plain, shift];
  }
  return copy(target, value, context);
}

/**
 * `(old & ~toMask) ^ (from & fromMask)`, with a shift in between. nft 1.0.6 has no operation on two fields, so unless the old value
 * is wholly replaced it is done bit by bit: clear what toMask covers, then flip the target's bit for each bit that is set.
 */
function copy(target: SetTarget & Expression, value: Extract<Assignment, { kind: 'copy' }>, context: RuleContext): readonly Statement[] {
  const from = markOf(value.from);
  const fromMask = BigInt(value.fromMask);
  const keep = full & ~BigInt(value.toMask);
  const shift = value.shift === undefined ? 0n : BigInt(value.shift.bits) * (value.shift.direction === 'left' ? 1n : -1n);
  const moved = (bit: bigint): bigint => (shift >= 0n ? (bit << shift) & full : bit >> -shift);
  if (keep === 0n) {
    const picked = masked(from, fromMask, 0n);
    if (shift === 0n) return [{ kind: 'set', target, value: picked }];
    if (fromMask === full) return [{ kind: 'set', target, value: { kind: 'binary', operator: shift > 0n ? '<<' : '>>', left: from, right: shift > 0n ? shift : -shift } }];
  }
  const rules: Statement[][] = [];
  // Where there is no entry nothing may change, so the first rule tests that the connection's mark can be read.
  if (target.kind === 'meta') rules.push([{ kind: 'match', left: { kind: 'ct', key: 'state' }, negated: false, right: { kind: 'flags', bits: 0x41n } }, { kind: 'verdict', verdict: 'return' }]);
  if (keep !== full) rules.push([{ kind: 'set', target, value: keep === 0n ? { kind: 'value', value: 0n } : masked(target, keep, 0n) }]);
  for (let at = 0n; at < 32n; at++) {
    const bit = 1n << at;
    const to = moved(bit);
    if ((fromMask & bit) === 0n || to === 0n) continue;
    rules.push([match({ kind: 'binary', operator: '&', left: from, right: bit }, [single(bit)]), { kind: 'set', target, value: { kind: 'binary', operator: '^', left: target, right: to } }]);
  }
  return rules.length === 0 ? [] : [inOwnChain(context, 'mark', rules)];
}
