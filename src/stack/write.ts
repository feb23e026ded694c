import { addressLength, destinationOffset, read16, read8, sourceOffset, write16, writeAddress } from './bytes.js';
import { replaced16, replacedBytes, sctpChecksum } from './checksum.js';
import { protocols } from './headers.js';
import type { LivePacket } from './engine.js';
import type { Family } from '../ir/index.js';

/**
 * Header writes as the kernel does them: in place, with the checksums they touch brought along incrementally, so that a wrong
 * checksum stays wrong by as much.
 */
export const tosOf = (packet: LivePacket): number =>
  packet.family === 4 ? read8(packet.bytes, 1) : ((read8(packet.bytes, 0) & 15) << 4) | (read8(packet.bytes, 1) >>> 4);

export function writeTos(packet: LivePacket, tos: number): void {
  const { bytes } = packet;
  if (packet.family === 6) {
    bytes[0] = (read8(bytes, 0) & 0xf0) | (tos >>> 4);
    bytes[1] = ((tos & 15) << 4) | (read8(bytes, 1) & 15);
    return;
  }
  if (read8(bytes, 1) === tos) return;
  // The kernel's own arithmetic for this field, which prefers the other zero.
  let check = read16(bytes, 10) + read8(bytes, 1);
  if ((check + 1) >>> 16 !== 0) check = (check + 1) & 0xffff;
  check -= tos;
  check += check >>> 16;
  write16(bytes, 10, check & 0xffff);
  bytes[1] = tos;
}

export const ttlOf = (packet: LivePacket): number => read8(packet.bytes, packet.family === 4 ? 8 : 7);

export function writeTtl(packet: LivePacket, ttl: number): void {
  const { bytes } = packet;
  const old = ttlOf(packet);
  if (old === ttl) return;
  if (packet.family === 6) {
    bytes[7] = ttl;
    return;
  }
  write16(bytes, 10, replaced16(read16(bytes, 10), old << 8, ttl << 8));
  bytes[8] = ttl;
}

/** Byte 13 of the TCP header that begins at `transport`. */
export function writeTcpFlags({ bytes }: LivePacket, transport: number, flags: number): void {
  const old = read16(bytes, transport + 12);
  const fresh = (old & 0xff00) | flags;
  if (fresh === old) return;
  write16(bytes, transport + 12, fresh);
  write16(bytes, transport + 16, replaced16(read16(bytes, transport + 16), old, fresh));
}

/** One hop further: the TTL less one. */
export function decrementTtl(packet: LivePacket): void {
  const { bytes } = packet;
  if (packet.family === 6) {
    bytes[7] = read8(bytes, 7) - 1;
    return;
  }
  let check = read16(bytes, 10) + 0x0100;
  check = (check & 0xffff) + (check >>> 16);
  write16(bytes, 10, check === 0xffff ? 0 : check);
  bytes[8] = read8(bytes, 8) - 1;
}

export type Side = 'source' | 'destination';

/** What NAT writes: one address, and where the protocol has them a port or an ICMP id. */
export interface Rewrite {
  readonly side: Side;
  readonly address: bigint;
  /** Port of that side; for ICMP the echo id. */
  readonly port: number;
}

/**
 * Translates one side of the packet whose IP header is at `at` (0, or inside an ICMP error). `transport` absent: only the address.
 * False where the transport header is cut off: the packet must be dropped.
 */
export function rewrite(bytes: Uint8Array, family: Family, change: Rewrite, transport: { readonly protocol: number; readonly offset: number } | undefined, at = 0): boolean {
  const offset = at + (change.side === 'source' ? sourceOffset(family) : destinationOffset(family));
  const width = addressLength(family);
  const before = bytes.slice(offset, offset + width);
  const after = new Uint8Array(width);
  writeAddress(after, 0, family, change.address);
  if (transport !== undefined && !rewriteTransport(bytes, family, change, transport, before, after)) return false;
  if (family === 4) write16(bytes, at + 10, replacedBytes(read16(bytes, at + 10), before, after));
  bytes.set(after, offset);
  return true;
}

function rewriteTransport(bytes: Uint8Array, family: Family, change: Rewrite, { protocol, offset }: { readonly protocol: number; readonly offset: number }, before: Uint8Array, after: Uint8Array): boolean {
  const has = (length: number): boolean => offset + length <= bytes.length;
  const portAt = offset + (change.side === 'source' ? 0 : 2);
  const sumAt = (at: number): void => write16(bytes, at, replacedBytes(read16(bytes, at), before, after));
  const port = (): number => {
    const old = read16(bytes, portAt);
    write16(bytes, portAt, change.port);
    return old;
  };
  switch (protocol) {
    case protocols.tcp: {
      // Quoted headers may be cut to the 8 bytes that an ICMP error owes.
      if (!has(20)) {
        if (!has(8)) return false;
        port();
        return true;
      }
      const old = port();
      sumAt(offset + 16);
      write16(bytes, offset + 16, replaced16(read16(bytes, offset + 16), old, change.port));
      return true;
    }
    case protocols.udp: {
      if (!has(8)) return false;
      const old = port();
      if (read16(bytes, offset + 6) === 0) return true;
      sumAt(offset + 6);
      const sum = replaced16(read16(bytes, offset + 6), old, change.port);
      write16(bytes, offset + 6, sum === 0 ? 0xffff : sum);
      return true;
    }
    case protocols.udplite: {
      if (!has(8)) return false;
      const old = port();
      sumAt(offset + 6);
      const sum = replaced16(read16(bytes, offset + 6), old, change.port);
      write16(bytes, offset + 6, sum === 0 ? 0xffff : sum);
      return true;
    }
    case protocols.gre: {
      if (!has(8)) return false;
      if (change.side === 'source') return true;
      const version = read8(bytes, offset + 1) & 7;
      if (version === 1) write16(bytes, offset + 6, change.port);
      return version < 2;
    }
    case protocols.sctp:
      if (!has(8)) return false;
      port();
      if (has(12)) bytes.set(sctpChecksum(bytes, offset), offset + 8);
      return true;
    case protocols.icmp: {
      if (family !== 4) return true;
      if (!has(8)) return false;
      if (!queries4.has(read8(bytes, offset))) return true;
      const old = read16(bytes, offset + 4);
      write16(bytes, offset + 2, replaced16(read16(bytes, offset + 2), old, change.port));
      write16(bytes, offset + 4, change.port);
      return true;
    }
    case protocols.icmp6: {
      if (!has(8)) return false;
      sumAt(offset + 2);
      const type = read8(bytes, offset);
      if (type !== 128 && type !== 129) return true;
      const old = read16(bytes, offset + 4);
      write16(bytes, offset + 2, replaced16(read16(bytes, offset + 2), old, change.port));
      write16(bytes, offset + 4, change.port);
      return true;
    }
    default:
      return true;
  }
}

/** ICMP messages that carry an id. */
const queries4: ReadonlySet<number> = new Set([0, 8, 13, 14, 15, 16, 17, 18]);
