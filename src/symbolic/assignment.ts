import type { Action } from '../ir/index.js';
import type { BitSource } from './outcome.js';

type Assign = Extract<Action, { readonly kind: 'assign' }>;

const widths: { readonly [F in Assign['to']]: number } = { 'packet.mark': 32, 'ct.mark': 32, 'ip.tos': 8, 'ip.ttl': 8 };

/** Where each bit of the assigned field comes from, most significant first; undefined when the value is reckoned (TTL up and down). */
export function assignmentBits(action: Assign): readonly BitSource[] | undefined {
  const width = widths[action.to];
  const { value } = action;
  const bit = (number: number, index: number): 0 | 1 => (((number >>> (width - 1 - index)) & 1) === 1 ? 1 : 0);
  switch (value.kind) {
    case 'xor':
      return Array.from({ length: width }, (_, index): BitSource => {
        if (bit(value.mask, index) === 1) return bit(value.value, index);
        return { field: action.to, bit: index, inverted: bit(value.value, index) === 1 };
      });
    case 'copy':
      return copied(action.to, width, value, bit);
    case 'add':
      return undefined;
  }
}

/** `(old & ~toMask) ^ (shifted from & fromMask)`: a bit that both sides feed is an exclusive or, which has no single source. */
function copied(to: string, width: number, value: Extract<Assign['value'], { readonly kind: 'copy' }>, bit: (number: number, index: number) => 0 | 1): readonly BitSource[] | undefined {
  const out: BitSource[] = [];
  const shift = value.shift === undefined ? 0 : value.shift.direction === 'left' ? value.shift.bits : -value.shift.bits;
  for (let index = 0; index < width; index++) {
    const origin = index + shift;
    const feeds = origin >= 0 && origin < width && bit(value.fromMask, origin) === 1;
    const keeps = bit(value.toMask, index) === 0;
    if (feeds && keeps) return undefined;
    out.push(feeds ? { field: value.from, bit: origin, inverted: false } : keeps ? { field: to, bit: index, inverted: false } : 0);
  }
  return out;
}
