import type { Family } from '../../ir/index.js';
import { destinationOf, read16, sourceOf } from '../bytes.js';
import type { LivePacket, Tuple } from '../engine.js';
import { protocols, trackedTransport } from '../headers.js';

/** Protocols whose ports conntrack reads and NAT writes. This kernel knows nothing of DCCP (measured). */
export const hasPorts = (protocol: number): boolean =>
  protocol === protocols.tcp || protocol === protocols.udp || protocol === protocols.sctp || protocol === protocols.udplite;

/** The tuple of a packet, or undefined where conntrack cannot read one. */
export function tupleOf(bytes: Uint8Array, family: Family, protocol: number, offset: number): Tuple | undefined {
  const has = (length: number): boolean => offset + length <= bytes.length;
  const tuple = (sourcePort: number, destinationPort: number): Tuple => ({ source: sourceOf(bytes, family), destination: destinationOf(bytes, family), protocol, sourcePort, destinationPort });
  if (protocol === protocols.icmp || protocol === protocols.icmp6) return has(8) ? tuple(read16(bytes, offset + 4), read16(bytes, offset)) : undefined;
  if (protocol === protocols.gre) {
    // Enhanced GRE (PPTP) carries a call id; plain GRE has nothing to tell flows by.
    if (!has(4) || (read16(bytes, offset) & 7) !== 1 || !has(8)) return tuple(0, 0);
    return read16(bytes, offset + 2) === 0x880b ? tuple(0, read16(bytes, offset + 6)) : undefined;
  }
  if (hasPorts(protocol)) return has(4) ? tuple(read16(bytes, offset), read16(bytes, offset + 2)) : undefined;
  return tuple(0, 0);
}

/** Which message answers which; an absent type is never the first of a connection. */
const answers4: Readonly<Record<number, number>> = { 8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17 };
const answers6: Readonly<Record<number, number>> = { 128: 129, 129: 128, 139: 140, 140: 139 };

/** The tuple of the answer, or undefined for ICMP messages that have none. */
export function inverted(tuple: Tuple): Tuple | undefined {
  const turned = { source: tuple.destination, destination: tuple.source, protocol: tuple.protocol };
  if (tuple.protocol === protocols.icmp || tuple.protocol === protocols.icmp6) {
    const answer = (tuple.protocol === protocols.icmp ? answers4 : answers6)[tuple.destinationPort >>> 8];
    return answer === undefined ? undefined : { ...turned, sourcePort: tuple.sourcePort, destinationPort: (answer << 8) | (tuple.destinationPort & 0xff) };
  }
  return { ...turned, sourcePort: tuple.destinationPort, destinationPort: tuple.sourcePort };
}

export const sameTuple = (left: Tuple, right: Tuple): boolean =>
  left.source === right.source && left.destination === right.destination && left.protocol === right.protocol && left.sourcePort === right.sourcePort && left.destinationPort === right.destinationPort;

/** ICMP types that open a connection. */
export const opens = (tuple: Tuple): boolean => {
  const type = tuple.destinationPort >>> 8;
  if (tuple.protocol === protocols.icmp) return type === 8 || type === 13 || type === 15 || type === 17;
  return tuple.protocol !== protocols.icmp6 || type === 128 || type === 139;
};


/** The tuple that a connection of this packet would have; undefined where its header is too short for one. */
export function ownTuple({ bytes, family }: Pick<LivePacket, 'bytes' | 'family'>): Tuple | undefined {
  const transport = trackedTransport(bytes, family);
  return transport && tupleOf(bytes, family, transport.protocol, transport.offset);
}
