import type { Family } from './address.js';
import { fieldBits, type Field, type Interval, type Predicate } from './core.js';
import { always, fieldIn, never } from './predicate.js';

/** A field of the core at its place in a header, in bits. `shown`: how the header's value becomes the field's. */
export interface Placed {
  readonly field: Field;
  readonly offset: number;
  readonly bits: number;
  readonly shown?: (interval: Interval) => Interval;
}

export const placed = (field: Field, offset: number, bits: number): Placed => ({ field, offset, bits });
const plus40 = ({ min, max }: Interval): Interval => ({ min: min + 40n, max: max + 40n });

/** Fields of the IP header itself. */
export const networkFields: { readonly [F in Family]: readonly Placed[] } = {
  4: [
    placed('ip.tos', 8, 8), placed('ip.length', 16, 16), placed('ip.fragment-offset', 51, 13), placed('ip.ttl', 64, 8), placed('ip.protocol', 72, 8), placed('ip.source', 96, 32),
    placed('ip.destination', 128, 32),
  ],
  6: [
    placed('ip.tos', 4, 8), { field: 'ip.length', offset: 32, bits: 16, shown: plus40 }, placed('ip.ttl', 56, 8), placed('ip.source', 64, 128), placed('ip.destination', 192, 128),
  ],
};

/** Bytes that every packet has. */
export const networkHeaderBytes: { readonly [F in Family]: number } = { 4: 20, 6: 40 };

/**
 * `header & mask` for `bits` bits from `offset` on lies in one of the intervals; undefined where none of the fields holds all the bits
 * that the mask lets through. The smallest that does wins, the first of equals.
 */
export function placedTest({ offset, bits }: { readonly offset: number; readonly bits: number }, fields: readonly Placed[], family: Family, mask: bigint, intervals: readonly Interval[]): Predicate | undefined {
  if (mask === 0n) return intervals.some(({ min }) => min === 0n) ? always : never;
  const high = offset + bits - mask.toString(2).length;
  const low = offset + bits - trailingZeros(mask);
  const home = fields.filter((one) => one.offset <= high && low <= one.offset + one.bits).sort((a, b) => a.bits - b.bits)[0];
  if (home === undefined) return undefined;
  const shift = home.offset + home.bits - (offset + bits);
  const moved = shift >= 0 ? intervals.map(({ min, max }) => ({ min: min << BigInt(shift), max: max << BigInt(shift) })) : intervals.map(({ min, max }) => ({ min: -(-min >> BigInt(-shift)), max: max >> BigInt(-shift) }));
  const fieldMask = shift >= 0 ? mask << BigInt(shift) : mask >> BigInt(-shift);
  if (home.shown === undefined) return fieldIn(family, home.field, fieldMask, moved);
  // The upper bits of it are a range of the whole.
  const below = (1n << BigInt(trailingZeros(fieldMask))) - 1n;
  if ((fieldMask | below) !== (1n << BigInt(home.bits)) - 1n) return undefined;
  return fieldIn(family, home.field, (1n << BigInt(fieldBits(home.field, family))) - 1n, moved.map(({ min, max }) => ({ min, max: max | below })).map(home.shown));
}

export function trailingZeros(value: bigint): number {
  let count = 0;
  for (let rest = value; rest !== 0n && (rest & 1n) === 0n; rest >>= 1n) count += 1;
  return count;
}
