import type { Family, Socket } from '../ir/index.js';
import { destinationOf, read16, read8, readAddress, sourceOf } from './bytes.js';
import type { HostView, LivePacket } from './engine.js';
import { findIpv6Header, headerLength4, isFragment4, protocols, skipExtensions } from './headers.js';

/** Who speaks to whom, seen from this host. */
export interface Ends {
  readonly family: Family;
  readonly protocol: number;
  readonly source: bigint;
  readonly sourcePort: number;
  readonly destination: bigint;
  readonly destinationPort: number;
}

/** Whom the kernel would hand it to: who is connected with just this peer, then who waits at the address, then at all. */
function lookUp(sockets: readonly Socket[], ends: Ends): Socket | undefined {
  const there = sockets.filter(({ family, protocol, port }) => family === ends.family && protocol === ends.protocol && port === ends.destinationPort);
  const at = (address: bigint): Socket | undefined => there.find((socket) => socket.peer === undefined && socket.address === address);
  return there.find(({ address, peer }) => address === ends.destination && peer?.address === ends.source && peer.port === ends.sourcePort) ?? at(ends.destination) ?? at(0n);
}

const shortest: Readonly<Record<number, number>> = { [protocols.tcp]: 20, [protocols.udp]: 8 };

/** Of TCP and UDP, whose header must be there. */
function plainEnds(packet: LivePacket): Ends | undefined {
  const { bytes, family } = packet;
  const { protocol, offset } = transportOf(packet) ?? { protocol: protocols.none, offset: 0 };
  const needed = shortest[protocol];
  if (needed === undefined || offset + needed > bytes.length) return undefined;
  return { family, protocol, source: sourceOf(bytes, family), sourcePort: read16(bytes, offset), destination: destinationOf(bytes, family), destinationPort: read16(bytes, offset + 2) };
}

/** An ICMP error quotes a packet of this host: the socket is the one that sent it. */
function quotedEnds({ bytes, family }: LivePacket, offset: number): Ends | undefined {
  const type = read8(bytes, offset);
  const isError = family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 0x80;
  const inner = offset + 8;
  if (!isError || inner + (family === 4 ? 20 : 40) > bytes.length) return undefined;
  const header = family === 4 ? { protocol: read8(bytes, inner + 9), offset: inner + (read8(bytes, inner) & 15) * 4 } : skipExtensions(bytes, inner + 40, read8(bytes, inner + 6));
  if (header === undefined || shortest[header.protocol] === undefined || header.offset + 4 > bytes.length) return undefined;
  const [source, destination] = family === 4 ? [12, 16] : [8, 24];
  return {
    family, protocol: header.protocol,
    source: readAddress(bytes, inner + destination, family), sourcePort: read16(bytes, header.offset + 2),
    destination: readAddress(bytes, inner + source, family), destinationPort: read16(bytes, header.offset),
  };
}

function transportOf({ bytes, family }: LivePacket): { readonly protocol: number; readonly offset: number } | undefined {
  if (family === 4) return { protocol: read8(bytes, 9), offset: headerLength4(bytes) };
  const found = findIpv6Header(bytes);
  return found.kind === 'found' ? found : undefined;
}

function endsOf(packet: LivePacket): Ends | undefined {
  const header = transportOf(packet);
  if (header === undefined) return undefined;
  return header.protocol === (packet.family === 4 ? protocols.icmp : protocols.icmp6) ? quotedEnds(packet, header.offset) : plainEnds(packet);
}

/**
 * The socket that a packet is for, as `-m socket` and nft's `socket` look for it. The answer to a connection whose source was translated
 * is for the socket that began it (IPv4 alone).
 */
export function socketOf(packet: LivePacket, sockets: readonly Socket[] = []): Socket | undefined {
  if (packet.attached !== undefined) return packet.attached;
  const ends = endsOf(packet);
  if (ends === undefined) return undefined;
  const { family, connection, state } = packet;
  const quoted = ends.destination !== destinationOf(packet.bytes, family);
  const answers = family === 4 && connection?.direction === 'REPLY' && state === (quoted ? 'RELATED' : 'ESTABLISHED');
  return lookUp(sockets, answers ? { ...ends, destination: connection.original.source, destinationPort: connection.original.sourcePort } : ends);
}

/** Before it asks for the way, the kernel gives a packet to the socket that is connected with its sender: what is to be forwarded then gets lost (measured). */
export function demultiplex(packet: LivePacket, sockets: readonly Socket[] = []): Socket | undefined {
  if (packet.packetType !== 'unicast' || (packet.family === 4 && isFragment4(packet.bytes))) return undefined;
  const ends = plainEnds(packet);
  const found = ends && lookUp(sockets, ends);
  return found?.peer === undefined ? undefined : found;
}

/** Where TPROXY looks for its listener; the address of 0 stands for the first of the interface, or where it has none for the packet's own. */
export interface Proxy {
  readonly address: bigint;
  /** 0: the packet's own. */
  readonly port: number;
}

/** The socket that TPROXY gives a packet to: of a connection that there is, else of the proxy. Undefined also where that is no transparent one. */
export function proxySocket(packet: LivePacket, proxy: Proxy, { sockets = [], proxyAddress }: HostView): Socket | undefined {
  const ends = plainEnds(packet);
  if (ends === undefined) return undefined;
  const own = lookUp(sockets, ends);
  if (own?.peer !== undefined) return transparent(own);
  const address = proxy.address === 0n ? proxyAddress?.(packet.family, packet.inInterface ?? '') : proxy.address;
  const there = { ...ends, destination: address ?? ends.destination, destinationPort: proxy.port === 0 ? ends.destinationPort : proxy.port };
  // A connected UDP socket hides the one that waits behind it; TCP asks for listeners alone.
  const found = lookUp(ends.protocol === protocols.tcp ? sockets.filter(({ peer }) => peer === undefined) : sockets, there);
  return found?.peer === undefined ? transparent(found) : undefined;
}

const transparent = (socket: Socket | undefined): Socket | undefined => (socket?.transparent === true ? socket : undefined);
