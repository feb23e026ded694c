import { prefixMask, type NamedSet, type SetDimension, type SetElement, type SetPart } from '../../src/ir/index.js';
import { destinationOf, fragmentOffset4, headerLength4, protocols, read16, read32, read8, skipExtensions, sourceOf, type LivePacket } from '../../src/stack/index.js';

type Direction = 'src' | 'dst';

/** Whether a packet is in a set. `returnNomatch` asks for the elements marked `nomatch` instead. */
export type Lookup = (packet: LivePacket, dimensions: readonly Direction[], returnNomatch: boolean) => boolean;

/** One value of a packet for one dimension of a set. */
type Value =
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'port'; readonly protocol: number; readonly port: number }
  | { readonly kind: 'mac'; readonly address: number }
  | { readonly kind: 'mark'; readonly value: number }
  | { readonly kind: 'iface'; readonly name: string };

/** Compiles a set. Elements are asked the narrowest first, and the first that fits decides. */
export function lookup(set: NamedSet, sets: ReadonlyMap<string, NamedSet>): Lookup {
  if (set.dimensions[0] === 'set') return lookupList(set, sets);
  const index = elementIndex(set);
  // Sets without addresses are of no family.
  const anyFamily = !set.dimensions.includes('ip') && !holdsNets(set);
  return (packet, dimensions, returnNomatch) => {
    if ((packet.family !== set.family && !anyFamily) || dimensions.length < set.dimensions.length) return false;
    const values: Value[] = [];
    for (const [position, dimension] of set.dimensions.entries()) {
      const value = valueOf(packet, dimension, dimensions[position] ?? 'src', set);
      if (value === undefined) return false;
      values.push(value);
    }
    const element = index(values);
    return element !== undefined && (element.nomatch === true) === (returnNomatch && holdsNets(set));
  };
}

/** Only sets of networks know `nomatch`. */
const holdsNets = (set: NamedSet): boolean => set.dimensions.includes('net');

function lookupList(set: NamedSet, sets: ReadonlyMap<string, NamedSet>): Lookup {
  const members = set.elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? (sets.get(part.name) ?? []) : [])));
  const lookups = members.map((member) => lookup(member, sets));
  return (packet, dimensions, returnNomatch) => lookups.some((find) => find(packet, dimensions, returnNomatch));
}

/** Groups elements by the size of their first address part, so that a large set costs one look-up for each size it holds. */
function elementIndex(set: NamedSet): (values: readonly Value[]) => SetElement | undefined {
  const sorted = set.elements
    .map((element, index) => ({ element, index }))
    .sort((a, b) => compareSizes(a.element, b.element) || a.index - b.index)
    .map(({ element }) => element);
  const first = set.dimensions.findIndex((dimension) => dimension === 'ip' || dimension === 'net');
  const groups: { readonly size: bigint; readonly byStart: Map<bigint, SetElement[]>; readonly odd: SetElement[] }[] = [];
  for (const element of sorted) {
    const part = element.parts[first];
    const size = part?.kind === 'addresses' ? part.max - part.min + 1n : 1n;
    let group = groups.at(-1);
    if (group?.size !== size) groups.push((group = { size, byStart: new Map(), odd: [] }));
    if (part?.kind !== 'addresses' || (size & (size - 1n)) !== 0n || part.min % size !== 0n) {
      group.odd.push(element);
      continue;
    }
    const same = group.byStart.get(part.min);
    if (same === undefined) group.byStart.set(part.min, [element]);
    else same.push(element);
  }
  return (values) => {
    const value = first < 0 ? undefined : values[first];
    for (const { size, byStart, odd } of groups) {
      const near = value?.kind === 'address' ? byStart.get(value.address - (value.address % size)) : undefined;
      const found = near?.find((element) => fits(element, values)) ?? odd.find((element) => fits(element, values));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** By the sizes of the address parts, one after the other. */
function compareSizes(left: SetElement, right: SetElement): number {
  for (const [position, part] of left.parts.entries()) {
    const other = right.parts[position];
    if (part.kind !== 'addresses' || other?.kind !== 'addresses') continue;
    const difference = part.max - part.min - (other.max - other.min);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

const fits = (element: SetElement, values: readonly Value[]): boolean => values.every((value, position) => partFits(element.parts[position], value));

function partFits(part: SetPart | undefined, value: Value): boolean {
  // An element of bitmap:ip,mac may leave the MAC open.
  if (part === undefined) return value.kind === 'mac';
  switch (part.kind) {
    case 'addresses':
      return value.kind === 'address' && value.address >= part.min && value.address <= part.max;
    case 'port':
      return value.kind === 'port' && value.port >= part.min && value.port <= part.max && (value.protocol === part.protocol || value.protocol === -1);
    case 'mac':
      return value.kind === 'mac' && value.address === part.address;
    case 'mark':
      return value.kind === 'mark' && value.value === part.value;
    case 'iface':
      return value.kind === 'iface' && !part.physdev && value.name === part.name;
    case 'set':
      return false;
  }
}

/** What the packet holds for a dimension; undefined where it holds nothing, and the look-up fails. */
function valueOf(packet: LivePacket, dimension: SetDimension, direction: Direction, set: NamedSet): Value | undefined {
  const { bytes, family } = packet;
  switch (dimension) {
    case 'ip':
    case 'net': {
      const address = direction === 'src' ? sourceOf(bytes, family) : destinationOf(bytes, family);
      const mask = set.netmask === undefined ? undefined : prefixMask(family, set.netmask);
      return { kind: 'address', address: mask === undefined ? address : address & mask };
    }
    case 'port':
      return portOf(packet, direction, set.method === 'bitmap');
    case 'mac': {
      const { ethernet } = packet;
      if (ethernet === undefined || ethernet.length < 14) return undefined;
      const at = direction === 'src' ? 6 : 0;
      const address = read32(ethernet, at) * 0x10000 + read16(ethernet, at + 4);
      return address === 0 ? undefined : { kind: 'mac', address };
    }
    case 'mark':
      return { kind: 'mark', value: packet.mark };
    case 'iface': {
      const name = direction === 'src' ? packet.inInterface : packet.outInterface;
      return name === undefined ? undefined : { kind: 'iface', name };
    }
    case 'set':
      return undefined;
  }
}

/** Protocol and port, ICMP type and code in place of the port, port 0 for protocols that have none. A bitmap knows TCP and UDP only, and not which. */
function portOf(packet: LivePacket, direction: Direction, bitmap: boolean): Value | undefined {
  const { bytes, family } = packet;
  const found = family === 4 ? { protocol: read8(bytes, 9), offset: headerLength4(bytes), later: fragmentOffset4(bytes) !== 0 } : transport6(bytes);
  if (found === undefined) return undefined;
  const { protocol, offset, later } = found;
  if (bitmap && protocol !== protocols.tcp && protocol !== protocols.udp) return undefined;
  const needed = headerNeeded(protocol);
  if (later) return family === 6 || needed !== undefined ? undefined : { kind: 'port', protocol, port: 0 };
  if (needed === undefined) return protocol === 0 ? undefined : { kind: 'port', protocol, port: 0 };
  if (offset + needed > bytes.length) return undefined;
  const isIcmp = protocol === protocols.icmp || protocol === protocols.icmp6;
  const port = read16(bytes, offset + (isIcmp || direction === 'src' ? 0 : 2));
  return { kind: 'port', protocol: bitmap ? -1 : protocol, port };
}

function transport6(bytes: Uint8Array): { readonly protocol: number; readonly offset: number; readonly later: boolean } | undefined {
  const skipped = skipExtensions(bytes);
  return skipped && { protocol: skipped.protocol, offset: skipped.offset, later: (skipped.fragment & ~7) !== 0 };
}

/** Bytes of header a port is read from; undefined for protocols without. */
function headerNeeded(protocol: number): number | undefined {
  switch (protocol) {
    case protocols.tcp:
      return 20;
    case protocols.sctp:
      return 12;
    case protocols.udp:
    case protocols.udplite:
    case protocols.icmp:
    case protocols.icmp6:
      return 8;
    default:
      return undefined;
  }
}
