import type { Family, Hook } from '../../ir/index.js';
import { read8, write16 } from '../bytes.js';
import { sum16, sumsUp } from '../checksum.js';
import { statusBits } from '../conntrack/connections.js';
import { inverted, sameTuple } from '../conntrack/tuple.js';
import type { Connection, LivePacket, Tuple } from '../engine.js';
import { fragmentOffset4, headerLength4, protocols, skipExtensions } from '../headers.js';
import { rewrite } from '../write.js';
import { isDrawn, translated, type Manipulation, type Mapping } from './choose.js';
import { sideAt } from './mapping.js';

const doneBit = (side: Manipulation): number => (side === 'source' ? statusBits.sourceNatDone : statusBits.destinationNatDone);
const natBit = (side: Manipulation): number => (side === 'source' ? statusBits.sourceNat : statusBits.destinationNat);

/** Whether the connection's mapping on this side is settled, so that nat chains are not asked again. */
export const isSettled = (connection: Connection, side: Manipulation): boolean => (connection.status & doneBit(side)) !== 0;

/** Settles one side of a connection: with a mapping, or as it is. */
export function settle(connection: Connection, family: Family, side: Manipulation, mapping: Mapping | undefined): void {
  const current = mapping && inverted(connection.reply);
  if (current !== undefined && mapping !== undefined) {
    const next = translated(current, family, mapping, side);
    const reply = inverted(next);
    if (reply !== undefined && !sameTuple(next, current)) {
      connection.reply = reply;
      connection.status |= natBit(side);
      if (isDrawn(current, mapping, side)) connection.drawn = true;
    }
  }
  connection.status |= doneBit(side);
}

/** The translation that passes over to a packet of this connection at a hook, if any: in the other direction the sides change places. */
function isTranslated(connection: Connection, hook: Hook, reply: boolean): boolean {
  const side = sideAt(hook);
  const bit = reply ? natBit(side === 'source' ? 'destination' : 'source') : natBit(side);
  return (connection.status & bit) !== 0;
}

const otherWay = (connection: Connection, reply: boolean): Tuple => (reply ? connection.original : connection.reply);

/** Rewrites a packet of the connection for this hook. False: it cannot be, and must be dropped. */
export function applyNat(packet: LivePacket, connection: Connection, hook: Hook, reply: boolean): boolean {
  if (!isTranslated(connection, hook, reply)) return true;
  const target = inverted(otherWay(connection, reply));
  return target === undefined || rewriteSide(packet.bytes, packet.family, target, sideAt(hook), 0);
}

function rewriteSide(bytes: Uint8Array, family: Family, target: Tuple, side: Manipulation, at: number): boolean {
  const change = { side, address: side === 'source' ? target.source : target.destination, port: isIcmp(target.protocol) || side === 'source' ? target.sourcePort : target.destinationPort };
  return rewrite(bytes, family, change, transportAt(bytes, family, at), at);
}

const isIcmp = (protocol: number): boolean => protocol === protocols.icmp || protocol === protocols.icmp6;

function transportAt(bytes: Uint8Array, family: Family, at: number): { readonly protocol: number; readonly offset: number } | undefined {
  if (family === 4) return fragmentOffset4(bytes.subarray(at)) === 0 || at === 0 ? { protocol: read8(bytes, at + 9), offset: at + headerLength4(bytes.subarray(at)) } : undefined;
  const skipped = skipExtensions(bytes, at + 40, read8(bytes, at + 6));
  return skipped === undefined || (skipped.fragment & ~7) !== 0 ? undefined : skipped;
}

/**
 * An ICMP error about a packet of the connection: the quoted packet and the outer addresses are both mapped back. False: the error
 * must be dropped. `reply`: the error travels in the reply direction.
 */
export function applyNatToError(packet: LivePacket, connection: Connection, hook: Hook, reply: boolean): boolean {
  const { bytes, family } = packet;
  const offset = family === 4 ? headerLength4(bytes) : 40;
  const protocol = family === 4 ? protocols.icmp : protocols.icmp6;
  if (!sumsUp(bytes, family, protocol, offset)) return false;
  if (!isTranslated(connection, hook, reply)) return true;
  const side = sideAt(hook);
  const tuple = otherWay(connection, reply);
  if (!rewriteSide(bytes, family, tuple, side === 'source' ? 'destination' : 'source', offset + 8)) return false;
  const outer = inverted(tuple);
  const address = outer && (side === 'source' ? outer.source : outer.destination);
  if (address !== undefined && !rewrite(bytes, family, { side, address, port: 0 }, undefined)) return false;
  fixIcmpChecksum(bytes, family, offset);
  return true;
}

/** Makes the ICMP checksum of a whole packet right. */
export function fixIcmpChecksum(bytes: Uint8Array, family: Family, offset: number): void {
  write16(bytes, offset + 2, 0);
  const pseudo = family === 4 ? 0 : sum16(bytes, 8, 40, protocols.icmp6 + (bytes.length - offset));
  write16(bytes, offset + 2, sum16(bytes, offset, bytes.length, pseudo) ^ 0xffff);
}

/** Whether a packet is ICMP of its family, read from the fixed header as NAT does for answers. */
export const isIcmpError = (bytes: Uint8Array, family: Family): boolean =>
  family === 4 ? read8(bytes, 9) === protocols.icmp : skipExtensions(bytes)?.protocol === protocols.icmp6;

