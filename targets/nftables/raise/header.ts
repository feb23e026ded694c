import { extensionPlaces, fieldBits, type ExtensionField, type ExtensionHeader, type Family, type Field, type Interval, type Predicate } from '../../../src/ir/index.js';
import type { Payload } from '../ast.js';
import { exthdrs, type Exthdr, type ExthdrName } from '../exthdr.js';
import { always, and, fieldIn, never, not, ones, or, present } from './predicates.js';
import type { Reading } from './reading.js';

/** A field of the core at its place in a header. `shown`: how the header's value becomes the field's. */
interface Placed {
  readonly field: Field;
  readonly offset: number;
  readonly bits: number;
  readonly shown?: (interval: Interval) => Interval;
}

const placed = (field: Field, offset: number, bits: number): Placed => ({ field, offset, bits });
const plus40 = ({ min, max }: Interval): Interval => ({ min: min + 40n, max: max + 40n });

const network: { readonly [F in Family]: readonly Placed[] } = {
  4: [
    placed('ip.tos', 8, 8), placed('ip.length', 16, 16), placed('ip.fragment-offset', 51, 13), placed('ip.ttl', 64, 8), placed('ip.protocol', 72, 8), placed('ip.source', 96, 32),
    placed('ip.destination', 128, 32),
  ],
  6: [
    placed('ip.tos', 4, 8), { field: 'ip.length', offset: 32, bits: 16, shown: plus40 }, placed('ip.ttl', 56, 8), placed('ip.source', 64, 128), placed('ip.destination', 192, 128),
  ],
};

/** The smallest that holds the bits asked for wins, the first of equals: names follow what iptables would have asked. */
const ports: readonly Placed[] = [placed('transport.source-port', 0, 16), placed('transport.destination-port', 16, 16), placed('tcp.flags', 104, 8), placed('esp.spi', 0, 32), placed('dccp.type', 67, 4)];
const icmp: readonly Placed[] = [placed('icmp.type', 0, 8), placed('icmp.code', 8, 8)];
const spi4: readonly Placed[] = [placed('ah.spi', 32, 32)];

/** In IPv6 an authentication header ends nft's walk: it is the transport header then. Its length counts words of 4 bytes, less 2. */
const authentication: readonly Placed[] = [
  { field: 'ah.length', offset: 8, bits: 8, shown: ({ min, max }) => ({ min: (min + 2n) * 4n, max: (max + 2n) * 4n }) },
  placed('ah.reserved', 16, 16),
  placed('ah.spi', 32, 32),
];

/** Loads of 1, 2 or 4 bytes at a multiple of their length take the kernel's short path, which does not look at the fragment offset. */
function isQuick({ offset, bits }: Payload): boolean {
  const first = Math.floor(offset / 8);
  const length = Math.ceil((offset + bits) / 8) - first;
  return (length === 1 || length === 2 || length === 4) && first % length === 0;
}

/** `field & mask` for bits of a header; undefined where no field of the core holds all the bits that the mask lets through. */
function placedTest({ offset, bits }: Pick<Payload, 'offset' | 'bits'>, fields: readonly Placed[], family: Family): Reading['test'] {
  return (mask, intervals) => {
    if (mask === 0n) return intervals.some(({ min }) => min === 0n) ? always : never;
    const high = offset + bits - mask.toString(2).length;
    const low = offset + bits - trailingZeros(mask);
    const home = fields.filter((one) => one.offset <= high && low <= one.offset + one.bits).sort((a, b) => a.bits - b.bits)[0];
    if (home === undefined) return undefined;
    const shift = home.offset + home.bits - (offset + bits);
    const moved = shift >= 0 ? intervals.map(({ min, max }) => ({ min: min << BigInt(shift), max: max << BigInt(shift) })) : intervals.map(({ min, max }) => ({ min: -(-min >> BigInt(-shift)), max: max >> BigInt(-shift) }));
    const fieldMask = shift >= 0 ? mask << BigInt(shift) : mask >> BigInt(-shift);
    if (home.shown === undefined) return fieldIn(family, home.field, fieldMask, moved);
    return fieldMask === ones(home.bits) ? fieldIn(family, home.field, ones(fieldBits(home.field, family)), moved.map(home.shown)) : undefined;
  };
}

function trailingZeros(value: bigint): number {
  let count = 0;
  for (let rest = value; rest !== 0n && (rest & 1n) === 0n; rest >>= 1n) count += 1;
  return count;
}

const headerEnd: { readonly [F in Family]: number } = { 4: 160, 6: 320 };

/** `meta l4proto`: IPv6 walks to it, and stops at an authentication header. */
export function transportProtocol(family: Family): Reading {
  if (family === 4) return { bits: 8, guard: always, test: (mask, intervals) => fieldIn(4, 'ip.protocol', mask, intervals) };
  const ah = present({ kind: 'ah' });
  return {
    bits: 8,
    guard: or([ah, present({ kind: 'protocol' })]),
    test(mask, intervals) {
      const isAh = intervals.some(({ min, max }) => min <= (51n & mask) && (51n & mask) <= max);
      // Without one the walk never ends at 51.
      const without = mask === 0xffn ? intervals.flatMap(({ min, max }) => [{ min, max: max < 50n ? max : 50n }, { min: min > 52n ? min : 52n, max }]) : intervals;
      const other = and([not(ah), fieldIn(6, 'ip.protocol', mask, isAh ? without : intervals)]);
      return isAh ? or([ah, other]) : other;
    },
  };
}

export const protocolIs = (protocol: number, family: Family): Predicate => {
  const { guard, test } = transportProtocol(family);
  const is = test(0xffn, [{ min: BigInt(protocol), max: BigInt(protocol) }]) ?? never;
  // Behind an authentication header nothing can be said of the walk; anywhere else it must have come to its end.
  return family === 6 && protocol !== 51 ? and([present({ kind: 'protocol' }), is]) : and([guard, is]);
};

/** Bits of a header, from where the kernel loads them. `protocol`: what the rule knows of the transport protocol by then. */
export function payloadReading(payload: Payload, family: Family, protocol: number | undefined): Reading | undefined {
  switch (payload.base) {
    case 'll':
      return {
        bits: payload.bits,
        guard: present({ kind: 'ethernet' }),
        test: placedTest(payload, [placed('ethernet.source', 48, 48)], family),
      };
    case 'nh':
      if (payload.offset + payload.bits > headerEnd[family]) return undefined;
      return { bits: payload.bits, guard: always, test: placedTest(payload, network[family], family) };
    case 'th':
      return transportReading(payload, family, payload.protocol ?? protocol);
  }
}

/** The walk that nft makes for a mobility header comes to it where that of `-p` ends, authentication headers or not. */
const behindWalk: Predicate = and([present({ kind: 'protocol' }), fieldIn(6, 'ip.protocol', 0xffn, [{ min: 135n, max: 135n }]), fieldIn(6, 'ip.fragment-offset', 0x1fffn, [{ min: 0n, max: 0n }])]);

export function exthdrThere(name: ExthdrName): Predicate {
  const header = exthdrs[name].core;
  return header === undefined ? behindWalk : present({ kind: 'extension', header });
}

/** The walk itself has looked at the first bytes of what it finds. */
const seen = (header: ExtensionHeader): number => (header === 'fragment' || header === 'routing' ? 4 : 2);

export function exthdrReading({ header: name, offset, bits }: Exthdr): Reading {
  const header = exthdrs[name].core;
  const bytes = Math.ceil((offset + bits) / 8);
  if (header === undefined) {
    const fields = [placed('mobility.next-header', 0, 8), placed('mobility.type', 16, 8)];
    return { bits, guard: and([behindWalk, present({ kind: 'transport', bytes })]), test: placedTest({ offset, bits }, fields, 6) };
  }
  const fields = (Object.keys(extensionPlaces) as ExtensionField[]).filter((field) => extensionPlaces[field].header === header).map((field) => placed(field, extensionPlaces[field].offset, fieldBits(field, 6)));
  return { bits, guard: present({ kind: 'extension', header, ...(bytes > seen(header) ? { bytes } : {}) }), test: placedTest({ offset, bits }, fields, 6) };
}

function transportReading(payload: Payload, family: Family, protocol: number | undefined): Reading {
  const named = payload.protocol === undefined ? always : protocolIs(payload.protocol, family);
  const whole = present({ kind: 'transport', bytes: Math.ceil((payload.offset + payload.bits) / 8) });
  const first = isQuick(payload) ? always : fieldIn(family, 'ip.fragment-offset', 0x1fffn, [{ min: 0n, max: 0n }]);
  const plain = placedTest(payload, [...(protocol === 1 || protocol === 58 ? icmp : []), ...ports, ...(family === 4 && (protocol === undefined || protocol === 51) ? spi4 : [])], family);
  if (family === 4) return { bits: payload.bits, guard: and([named, whole, first]), test: plain };
  const inside = placedTest(payload, authentication, family);
  // An authentication header is 12 bytes at least; what lies behind them is not asked for.
  const ahGuard = payload.offset + payload.bits <= 96 ? always : never;
  if (protocol === 51) return { bits: payload.bits, guard: and([named, ahGuard]), test: inside };
  const known = and([named, present({ kind: 'protocol' }), whole, first]);
  if (protocol !== undefined) return { bits: payload.bits, guard: known, test: plain };
  const ah = present({ kind: 'ah' });
  return {
    bits: payload.bits,
    guard: or([and([not(ah), known]), and([ah, ahGuard])]),
    test(mask, intervals) {
      const outside = plain(mask, intervals);
      if (outside === undefined) return undefined;
      return or([and([not(ah), outside]), and([ah, inside(mask, intervals) ?? never])]);
    },
  };
}
