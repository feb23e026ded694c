import type { Family } from '../ir/index.js';

/** Big-endian reads; bytes past the end read as 0, so callers check lengths where the kernel does. */
export const read8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
export const read16 = (bytes: Uint8Array, at: number): number => (read8(bytes, at) << 8) | read8(bytes, at + 1);
export const read32 = (bytes: Uint8Array, at: number): number =>
  ((read8(bytes, at) << 24) | (read8(bytes, at + 1) << 16) | (read8(bytes, at + 2) << 8) | read8(bytes, at + 3)) >>> 0;

export function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 8) & 0xff;
  bytes[at + 1] = value & 0xff;
}

export function write32(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value >>> 16);
  write16(bytes, at + 2, value & 0xffff);
}

/** Width of an address in bytes. */
export const addressLength = (family: Family): 4 | 16 => (family === 4 ? 4 : 16);

export function readAddress(bytes: Uint8Array, at: number, family: Family): bigint {
  if (family === 4) return BigInt(read32(bytes, at));
  let value = 0n;
  for (let word = 0; word < 4; word++) value = (value << 32n) | BigInt(read32(bytes, at + 4 * word));
  return value;
}

export function writeAddress(bytes: Uint8Array, at: number, family: Family, address: bigint): void {
  if (family === 4) return write32(bytes, at, Number(address));
  for (let word = 0; word < 4; word++) write32(bytes, at + 4 * word, Number((address >> BigInt(96 - 32 * word)) & 0xffffffffn));
}

/** Where the addresses stand in the fixed header. */
export const sourceOffset = (family: Family): number => (family === 4 ? 12 : 8);
export const destinationOffset = (family: Family): number => (family === 4 ? 16 : 24);

export const sourceOf = (bytes: Uint8Array, family: Family): bigint => readAddress(bytes, sourceOffset(family), family);
export const destinationOf = (bytes: Uint8Array, family: Family): bigint => readAddress(bytes, destinationOffset(family), family);
