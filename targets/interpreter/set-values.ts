import { addressMask, type NamedSet, type SetDimension } from '../../src/ir/index.js';
import { destinationOf, fragmentOffset4, headerLength4, protocols, read16, read32, read8, skipExtensions, sourceOf, type LivePacket } from '../../src/stack/index.js';

export type Direction = 'src' | 'dst';

/** One value of a packet for one dimension of a set. */
export type SetValue =
  | { readonly kind: 'address'; readonly address: bigint }
  /** Protocol -1: of any. */
  | { readonly kind: 'port'; readonly protocol: number; readonly port: number }
  | { readonly kind: 'mac'; readonly address: number }
  | { readonly kind: 'mark'; readonly value: number }
  | { readonly kind: 'iface'; readonly name: string };

/** What the packet holds for each dimension; undefined where it holds nothing for one, and all that is done to the set fails. */
export function valuesOf(packet: LivePacket, set: NamedSet, directions: readonly Direction[]): readonly SetValue[] | undefined {
  // Sets without addresses are of no family.
  const anyFamily = !set.dimensions.includes('ip') && !set.dimensions.includes('net');
  if ((packet.family !== set.family && !anyFamily) || directions.length < set.dimensions.length) return undefined;
  const values: SetValue[] = [];
  for (const [position, dimension] of set.dimensions.entries()) {
    const value = valueOf(packet, dimension, directions[position] ?? 'src', set);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function valueOf(packet: LivePacket, dimension: SetDimension, direction: Direction, set: NamedSet): SetValue | undefined {
  const { bytes, family } = packet;
  switch (dimension) {
    case 'ip':
    case 'net':
      return { kind: 'address', address: (direction === 'src' ? sourceOf(bytes, family) : destinationOf(bytes, family)) & addressMask(set) };
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
      return { kind: 'mark', value: (packet.mark & (set.markmask ?? 0xffff_ffff)) >>> 0 };
    case 'iface': {
      const name = direction === 'src' ? packet.inInterface : packet.outInterface;
      return name === undefined ? undefined : { kind: 'iface', name };
    }
    case 'set':
      return undefined;
  }
}

/** Protocol and port, ICMP type and code in place of the port, port 0 for protocols that have none. A bitmap knows TCP and UDP only, and not which. */
function portOf(packet: LivePacket, direction: Direction, bitmap: boolean): SetValue | undefined {
  const { bytes, family } = packet;
  const found = family === 4 ? { protocol: read8(bytes, 9), offset: headerLength4(bytes), later: fragmentOffset4(bytes) !== 0 } : transport6(bytes);
  if (found === undefined) return undefined;
  const { protocol, offset, later } = found;
  if (bitmap && protocol !== protocols.tcp && protocol !== protocols.udp) return undefined;
  const needed = headerNeeded(protocol);
  // The kernel's list of protocols whose later fragments show no port lacks ICMPv6 in IPv4.
  if (later) return family === 6 || (needed !== undefined && protocol !== protocols.icmp6) ? undefined : { kind: 'port', protocol, port: 0 };
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
