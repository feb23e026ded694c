import type { Family } from '../../ir/index.js';

/**
 * Bob Jenkins' lookup3 over 32-bit words as the kernel has it (`jhash2`): address ranges of SNAT and DNAT are spread by it, with no
 * secret in it, so that the choice can be told in advance.
 */
export function jhash2(words: readonly number[], initial: number): number {
  let left = words.length;
  let at = 0;
  let a = (0xdeadbeef + (left << 2) + initial) | 0;
  let b = a;
  let c = a;
  const word = (index: number): number => (words[index] ?? 0) | 0;
  while (left > 3) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 1)) | 0;
    c = (c + word(at + 2)) | 0;
    a = (a - c) ^ rotate(c, 4); c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6); a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8); b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16); c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19); a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4); b = (b + a) | 0;
    left -= 3;
    at += 3;
  }
  if (left === 0) return c >>> 0;
  if (left >= 3) c = (c + word(at + 2)) | 0;
  if (left >= 2) b = (b + word(at + 1)) | 0;
  a = (a + word(at)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/**
 * The node of a cluster, counted from 0, that an address falls to: the hash of its first four bytes, of IPv6 too, scaled to the number
 * of nodes (xt_cluster, Linux 6.18; nft's `jhash` on an IPv4 address says the same, on one of IPv6 it hashes all of it).
 */
export function clusterNode(family: Family, address: bigint, total: number, seed: number): number {
  const word = swapped(Number(family === 4 ? address : address >> 96n));
  return Number((BigInt(jhash2([word], seed)) * BigInt(total)) >> 32n);
}

/** The word as a little-endian machine holds it. */
const swapped = (word: number): number => (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
