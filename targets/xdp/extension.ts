import { extensionPlaces, fieldBits, type ExtensionField, type ExtensionHeader, type Presence } from '../../src/ir/index.js';
import type { Expression, PacketMember } from './ast.js';
import { all, and, any, compare, member, number, plus, shiftRight } from './build.js';
import type { Reading } from './fields.js';

/** Where a header was found, counted from the frame's beginning; 0 where none was. */
const place: { readonly [H in ExtensionHeader]: PacketMember } = { 'hop-by-hop': 'hop_at', 'destination-options': 'options_at', 'routing': 'routing_at', 'fragment': 'fragment_at' };

/** The words of 32 bits that parsing keeps of a header. */
const words: { readonly [H in ExtensionHeader]?: readonly PacketMember[] } = { routing: ['routing_word0', 'routing_word1'], fragment: ['fragment_word0', 'fragment_word1'] };

export function extensionReading(field: ExtensionField): Reading {
  const { header, offset } = extensionPlaces[field];
  if (field === 'routing.address-1') return { kind: 'halves', high: member('address1_high'), low: member('address1_low') };
  if (field === 'routing.address-2') return { kind: 'halves', high: member('address2_high'), low: member('address2_low') };
  if (header === 'hop-by-hop' || header === 'destination-options') return { kind: 'word', value: length(header) };
  const bits = fieldBits(field, 6);
  const from = words[header]?.[Math.floor(offset / 32)] ?? place[header];
  const shifted = shiftRight(member(from), 32 - (offset % 32) - bits);
  return { kind: 'word', value: bits === 32 ? shifted : and(shifted, number((1n << BigInt(bits)) - 1n)) };
}

const there = (header: ExtensionHeader): Expression => compare(member(place[header]), '!=', number(0));

/** Bytes 1 of the header. */
const length = (header: ExtensionHeader): Expression =>
  header === 'hop-by-hop' ? member('hop_length') : header === 'destination-options' ? member('options_length') : and(shiftRight(member(header === 'routing' ? 'routing_word0' : 'fragment_word0'), 16), number(0xff));

/** A walk that is cut off has left the protocol unknown. */
export const walkHolds = (header: ExtensionHeader): Expression => any([there(header), compare(member('protocol_known'), '!=', number(0))]);

export function extensionHolds({ header, bytes = 0 }: Extract<Presence, { readonly kind: 'extension' }>): Expression {
  const end = bytes === 'whole' ? plus(plus(member(place[header]), number(8)), times8(length(header))) : plus(member(place[header]), number(bytes));
  return all([there(header), compare(end, '<=', member('limit'))]);
}

const times8 = (value: Expression): Expression => ({ kind: 'arithmetic', operator: '*', left: value, right: number(8) });
