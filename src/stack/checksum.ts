import { addressLength, read16, read8, sourceOffset } from './bytes.js';
import type { Family } from '../ir/index.js';

/** Ones' complement sum of the 16-bit words from `start` to `end`, folded; an odd last byte is a high half. */
export function sum16(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = initial;
  for (let at = start; at + 1 < end; at += 2) sum += read16(bytes, at);
  if ((end - start) % 2 !== 0 && end > start) sum += read8(bytes, end - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** Sum of the pseudo header of a transport checksum of `length` bytes. */
export function pseudoSum(bytes: Uint8Array, family: Family, protocol: number, length: number): number {
  const start = sourceOffset(family);
  return sum16(bytes, start, start + 2 * addressLength(family), protocol + (length & 0xffff) + (length >>> 16));
}

/**
 * Whether everything from `offset` to the packet's end sums up with the pseudo header, as TCP, UDP and ICMPv6 want it. In IPv4 the
 * kernel sums the IP header too, which is nothing as long as that sums up itself; options that are just being filled in spoil it.
 */
export const transportSumsUp = (bytes: Uint8Array, family: Family, protocol: number, offset: number): boolean =>
  sum16(bytes, family === 4 ? 0 : offset, bytes.length, pseudoSum(bytes, family, protocol, bytes.length - offset)) === 0xffff;

/**
 * The kernel's `nf_ip_checksum`: TCP and UDP with their pseudo header, everything else over the payload alone. An empty payload of
 * IPv4 sums up.
 */
export function sumsUp(bytes: Uint8Array, family: Family, protocol: number, offset: number): boolean {
  if (family === 6 || protocol === 6 || protocol === 17) return transportSumsUp(bytes, family, protocol, offset);
  return sum16(bytes, 0, bytes.length) === 0xffff;
}

/** Makes the IPv4 header checksum right. */
export function fixHeaderChecksum(bytes: Uint8Array): void {
  bytes[10] = 0;
  bytes[11] = 0;
  const sum = sum16(bytes, 0, (read8(bytes, 0) & 15) * 4) ^ 0xffff;
  bytes[10] = sum >>> 8;
  bytes[11] = sum & 0xff;
}

/** A checksum after 16-bit word `from` became `to`: never 0xffff, and wrong by as much as it was before. */
export function replaced16(checksum: number, from: number, to: number): number {
  let sum = (checksum ^ 0xffff) + (from ^ 0xffff) + to;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum ^ 0xffff;
}

/** As `replaced16` for a run of words, both of the same even length. */
export function replacedBytes(checksum: number, from: Uint8Array, to: Uint8Array): number {
  let sum = checksum ^ 0xffff;
  for (let at = 0; at < from.length; at += 2) sum += (read16(from, at) ^ 0xffff) + read16(to, at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  // Nothing but zeros on both sides leaves the sum at 0; the kernel's own sum is then the other zero.
  return (sum === 0 ? 0xffff : sum) ^ 0xffff;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC32c of an SCTP packet from `offset` to the end, its checksum field taken as 0, as the four bytes that stand in the packet. */
export function sctpChecksum(bytes: Uint8Array, offset: number): Uint8Array {
  let crc = 0xffffffff;
  for (let at = offset; at < bytes.length; at++) {
    const byte = at >= offset + 8 && at < offset + 12 ? 0 : read8(bytes, at);
    crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  }
  const value = ~crc >>> 0;
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}
