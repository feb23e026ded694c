import type { Action, AssignableField, Assignment, MarkField, Shift } from '../ir/index.js';
import type { Bdd } from './bdd.js';

type Assign = Extract<Action, { readonly kind: 'assign' }>;

/** Width in bits of what rules may assign to. */
export const assignableBits: { readonly [F in AssignableField]: number } = { 'packet.mark': 32, 'ct.mark': 32, 'ip.tos': 8, 'ip.ttl': 8, 'tcp.flags': 8 };

/** What each bit of the assigned field is afterwards, most significant first; `read` gives the bits of a field before. */
export function assignedBits({ to, value }: Assign, read: (field: AssignableField | MarkField) => readonly number[], bdd: Bdd): readonly number[] {
  const width = assignableBits[to];
  const old = read(to);
  switch (value.kind) {
    case 'xor':
      return shifted(old.map((bit, index) => flippedIf(masked(bit, ~value.mask, index, width), value.value, index, width, bdd)), value.shift);
    case 'copy': {
      const fed = shifted(read(value.from).map((bit, index) => masked(bit, value.fromMask, index, width)), value.shift);
      return old.map((bit, index) => exclusive(masked(bit, ~value.toMask, index, width), fed[index] ?? 0, bdd));
    }
    case 'add':
      return added(old, value, bdd);
  }
}

const bitOf = (number: number, index: number, width: number): boolean => ((number >>> (width - 1 - index)) & 1) === 1;

const masked = (bit: number, mask: number, index: number, width: number): number => (bitOf(mask, index, width) ? bit : 0);

const flippedIf = (bit: number, value: number, index: number, width: number, bdd: Bdd): number => (bitOf(value, index, width) ? bdd.not(bit) : bit);

export const exclusive = (left: number, right: number, bdd: Bdd): number => bdd.ite(left, bdd.not(right), right);

function shifted(bits: readonly number[], shift: Shift | undefined): readonly number[] {
  if (shift === undefined) return bits;
  const by = shift.direction === 'left' ? shift.bits : -shift.bits;
  return bits.map((_, index) => bits[index + by] ?? 0);
}

/** Addition that stays within the field: what goes beyond its ends stops there. */
function added(old: readonly number[], { amount }: Extract<Assignment, { readonly kind: 'add' }>, bdd: Bdd): readonly number[] {
  const up = amount >= 0;
  const by = Math.abs(amount);
  if (by >= 2 ** old.length) return old.map(() => (up ? 1 : 0));
  let carry = 0;
  const sum: number[] = [];
  for (let index = old.length - 1; index >= 0; index--) {
    const bit = old[index] ?? 0;
    const set = bitOf(by, index, old.length);
    sum.unshift(exclusive(set ? bdd.not(bit) : bit, carry, bdd));
    // A carry is the majority of the three; a borrow that of the inverted bit and the other two.
    const own = up ? bit : bdd.not(bit);
    carry = set ? bdd.or(own, carry) : bdd.and(own, carry);
  }
  return sum.map((bit) => bdd.ite(carry, up ? 1 : 0, bit));
}
