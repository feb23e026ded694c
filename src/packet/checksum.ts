import type { Family } from '../ir/index.js';
import { bigToBytes, concat, u16, u32 } from './bytes.js';

/** Ones' complement sum of 16-bit words (an odd last byte is the high half), folded; `initial` is such a sum. */
export function sum16(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The Internet checksum (RFC 1071) of bytes whose checksum field is 0. Over bytes with a right checksum it is 0. */
export const internetChecksum = (bytes: Uint8Array, initial = 0): number => sum16(bytes, initial) ^ 0xffff;

/** What a transport checksum covers beside the transport bytes. */
export interface PseudoHeader {
  readonly family: Family;
  readonly source: bigint;
  readonly destination: bigint;
}

/** Sum of the pseudo header, to start a transport checksum with. */
export function pseudoSum(pseudo: PseudoHeader, protocol: number, length: number): number {
  const width = pseudo.family === 4 ? 4 : 16;
  const tail = pseudo.family === 4 ? concat(u16(protocol), u16(length)) : concat(u32(length), u32(protocol));
  return sum16(concat(bigToBytes(pseudo.source, width), bigToBytes(pseudo.destination, width), tail));
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC32c as SCTP uses it, of bytes whose checksum field is 0; SCTP stores it little-endian. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
