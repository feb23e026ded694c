import type { AddressRange, Family, Range } from '../../ir/index.js';
import { protocols } from '../headers.js';
import { jhash2 } from './jhash.js';
import { hasPorts } from '../conntrack/tuple.js';
import type { Tuple } from '../engine.js';

/** Which part of the tuple a translation replaces. */
export type Manipulation = 'source' | 'destination';

export interface Mapping {
  readonly addresses?: AddressRange;
  readonly ports?: Range;
  /** With a port range `a-b/base`, port base+k becomes a+k. */
  readonly basePort?: number;
  readonly random?: boolean;
  readonly persistent?: boolean;
}

/**
 * The tuple that a translation gives a packet, with every tuple free (the packet is the first of its connection; a table of others
 * will be asked here whether a tuple is taken). What the kernel draws at random (`--random`, a source port outside a range of several)
 * is here always the lowest of the choices.
 */
export function translated(tuple: Tuple, family: Family, mapping: Mapping, side: Manipulation): Tuple {
  if (side === 'source' && !mapping.random && isInside(tuple, mapping)) return tuple;
  const moved = mapping.addresses === undefined ? tuple : withAddress(tuple, side, chooseAddress(tuple, family, mapping.addresses, mapping.persistent ?? false, side));
  const key = portKey(tuple.protocol, side);
  if (key === undefined) return moved;
  const old = moved[key];
  const { ports, basePort } = mapping;
  if (ports === undefined) {
    if (!mapping.random) return moved;
    if (key !== 'sourcePort' || side === 'destination') return moved;
    if (isIcmp(tuple.protocol)) return { ...moved, [key]: 0 };
    return { ...moved, [key]: old < 512 ? 1 : old < 1024 ? 600 : 1024 };
  }
  if (tuple.protocol === protocols.gre) return moved;
  if (!mapping.random && basePort === undefined && old >= ports.min && old <= ports.max) return moved;
  const [min, max] = ports.min <= ports.max ? [ports.min, ports.max] : [ports.max, ports.min];
  // 16-bit arithmetic, as in the kernel: a port below the base wraps.
  const offset = basePort === undefined ? 0 : (old - basePort) & 0xffff;
  return { ...moved, [key]: min + (offset % (max - min + 1)) };
}

/** Whether the kernel draws the port: with `--random`, and for a source port outside of a range of several. */
export function isDrawn(tuple: Tuple, { ports, basePort, random }: Mapping, side: Manipulation): boolean {
  const key = portKey(tuple.protocol, side);
  if (key === undefined || basePort !== undefined || tuple.protocol === protocols.gre || (ports !== undefined && ports.min === ports.max)) return false;
  if (random === true) return side === 'source' || ports !== undefined;
  return side === 'source' && ports !== undefined && (tuple[key] < ports.min || tuple[key] > ports.max);
}

/** A source that already lies in the range is kept. */
const isInside = ({ source, protocol, sourcePort }: Tuple, { addresses, ports }: Mapping): boolean =>
  (addresses === undefined || (source >= addresses.min && source <= addresses.max)) &&
  (ports === undefined || portKey(protocol, 'source') === undefined || (sourcePort >= ports.min && sourcePort <= ports.max));

const isIcmp = (protocol: number): boolean => protocol === protocols.icmp || protocol === protocols.icmp6;

/** ICMP ids are translated whichever side is. */
function portKey(protocol: number, side: Manipulation): 'sourcePort' | 'destinationPort' | undefined {
  if (isIcmp(protocol)) return 'sourcePort';
  return hasPorts(protocol) ? (side === 'source' ? 'sourcePort' : 'destinationPort') : undefined;
}

const withAddress = (tuple: Tuple, side: Manipulation, address: bigint): Tuple => (side === 'source' ? { ...tuple, source: address } : { ...tuple, destination: address });

/** Spread over the range by a hash of the source, and without `--persistent` of the destination. */
function chooseAddress(tuple: Tuple, family: Family, range: AddressRange, persistent: boolean, side: Manipulation): bigint {
  if (range.min === range.max) return range.min;
  const last = family === 4 ? 0 : 3;
  const source = memoryWords(tuple.source, family);
  const destination = memoryWords(tuple.destination, family);
  let hash = jhash2(source, persistent ? 0 : destination[last] ?? 0);
  let address = 0n;
  let full = false;
  for (let at = 0; at <= last; at++) {
    const shift = BigInt((last - at) * 32);
    const [min, max] = [Number((range.min >> shift) & 0xffffffffn), Number((range.max >> shift) & 0xffffffffn)];
    const low = full ? 0 : min;
    const distance = full ? 0xffffffff : (max - min + 1) >>> 0;
    const word = (low + Number((BigInt(hash) * BigInt(distance)) >> 32n)) >>> 0;
    address = (address << 32n) | BigInt(word);
    if (word !== max) full = true;
    // The kernel works in place: of a destination it takes the word that it has just chosen.
    if (!persistent) hash = (hash ^ (side === 'destination' ? swapped(word) : (destination[at] ?? 0))) >>> 0;
  }
  return address;
}

/** The four words of an address as a little-endian machine reads them. */
function memoryWords(address: bigint, family: Family): readonly number[] {
  const words = family === 4 ? [address, 0n, 0n, 0n] : [96n, 64n, 32n, 0n].map((shift) => (address >> shift) & 0xffffffffn);
  return words.map((word) => swapped(Number(word)));
}

const swapped = (value: number): number => (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
