import { extensionPlaces, fieldBits, placed, placedTest, reaches, wordIn, type ExtensionField, type ExtensionHeader, type Family, type Placed, type Predicate } from '../../../src/ir/index.js';
import type { Payload } from '../ast.js';
import { exthdrs, type Exthdr, type ExthdrName } from '../exthdr.js';
import { always, and, fieldIn, never, not, or, present } from './predicates.js';
import type { Reading } from './reading.js';

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

/** Undefined where no field of the core holds all the bits that the mask lets through. */
const placedIn = (place: Pick<Payload, 'offset' | 'bits'>, fields: readonly Placed[], family: Family): Reading['test'] => (mask, intervals) => placedTest(place, fields, family, mask, intervals);

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
        test: placedIn(payload, [placed('ethernet.source', 48, 48)], family),
      };
    case 'nh':
      return networkReading(payload, family);
    case 'th':
      return transportReading(payload, family, payload.protocol ?? protocol);
  }
}

/** Bits of the IP header or behind it, fields or not. */
function networkReading({ offset, bits }: Payload, family: Family): Reading {
  const first = Math.floor(offset / 8);
  const word = { offset: first, size: Math.ceil((offset + bits) / 8) - first };
  const spare = BigInt((first + word.size) * 8 - offset - bits);
  return {
    bits,
    guard: reaches(word, family),
    test: (mask, intervals) => wordIn(word, family, mask << spare, intervals.map(({ min, max }) => ({ min: min << spare, max: max << spare }))),
  };
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
    return { bits, guard: and([behindWalk, present({ kind: 'transport', bytes })]), test: placedIn({ offset, bits }, fields, 6) };
  }
  const fields = (Object.keys(extensionPlaces) as ExtensionField[]).filter((field) => extensionPlaces[field].header === header).map((field) => placed(field, extensionPlaces[field].offset, fieldBits(field, 6)));
  return { bits, guard: present({ kind: 'extension', header, ...(bytes > seen(header) ? { bytes } : {}) }), test: placedIn({ offset, bits }, fields, 6) };
}

function transportReading(payload: Payload, family: Family, protocol: number | undefined): Reading {
  const named = payload.protocol === undefined ? always : protocolIs(payload.protocol, family);
  const whole = present({ kind: 'transport', bytes: Math.ceil((payload.offset + payload.bits) / 8) });
  const first = isQuick(payload) ? always : fieldIn(family, 'ip.fragment-offset', 0x1fffn, [{ min: 0n, max: 0n }]);
  const plain = placedIn(payload, [...(protocol === 1 || protocol === 58 ? icmp : []), ...ports, ...(family === 4 && (protocol === undefined || protocol === 51) ? spi4 : [])], family);
  if (family === 4) return { bits: payload.bits, guard: and([named, whole, first]), test: plain };
  const inside = placedIn(payload, authentication, family);
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
