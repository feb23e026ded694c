import { prefixLength, type AddressMask } from '../../../src/ir/index.js';
import { destinationOf, destinationOffset, read16, read8, sourceOf, sourceOffset, write16 } from '../../../src/stack/index.js';
import type { Effect } from '../evaluation.js';

const ones = 0xffff;
const fold = (sum: number): number => (sum > ones ? fold((sum & ones) + (sum >>> 16)) : sum);

const words = (address: bigint): readonly number[] => Array.from({ length: 8 }, (_, at) => Number((address >> BigInt(112 - 16 * at)) & 0xffffn));

/** Ones' complement sum of a prefix: what its words beyond its length add is nothing. */
const sumOf = (prefix: AddressMask): number => fold(words(prefix.address).reduce((sum, word) => sum + word, 0));

/** ICMPv6 errors, which quote the packet that they are about. */
const isError = (bytes: Uint8Array): boolean => read8(bytes, 6) === 58 && [1, 2, 3, 4].includes(read8(bytes, 40));
const quoteStarts = 48;

/**
 * RFC 6296 as the kernel does it: the prefix is replaced, and one word behind it takes up the difference, so that no checksum changes. Below
 * 49 bits that is the fourth word; else the first of the last four that is not all ones, and without one the packet is dropped (the
 * parameter problem that the kernel then sends is not modelled). The address is not compared with the old prefix first; that at the other
 * end of a packet which an ICMP error quotes is, and is mapped alike.
 */
export function translatePrefix(side: 'source' | 'destination', from: AddressMask, to: AddressMask): Effect {
  const length = Math.max(prefixLength(6, from.mask) ?? 0, prefixLength(6, to.mask) ?? 0);
  const difference = fold(sumOf(from) + (~sumOf(to) & ones));
  const target = words(to.address);
  const map = (bytes: Uint8Array, start: number): boolean => {
    const word = (index: number): number => read16(bytes, start + 2 * index);
    for (let index = 0; index * 16 < length; index++) {
      const kept = length - index * 16 >= 16 ? 0 : ones >>> (length - index * 16);
      write16(bytes, start + 2 * index, (word(index) & kept) | ((target[index] ?? 0) & ~kept & ones));
    }
    const adjusted = length <= 48 ? 3 : [4, 5, 6, 7].find((index) => word(index) !== ones);
    if (adjusted === undefined) return false;
    const sum = fold(word(adjusted) + difference);
    write16(bytes, start + 2 * adjusted, sum === ones ? 0 : sum);
    return true;
  };
  const [own, other] = side === 'source' ? [sourceOffset(6), destinationOffset(6)] : [destinationOffset(6), sourceOffset(6)];
  const quoted = side === 'source' ? destinationOf : sourceOf;
  return ({ packet: { bytes } }) => {
    if (!map(bytes, own)) return { kind: 'drop' };
    if (bytes.length < quoteStarts + 40 || !isError(bytes)) return undefined;
    if ((quoted(bytes.subarray(quoteStarts), 6) & from.mask) === (from.address & from.mask)) map(bytes, quoteStarts + other);
    return undefined;
  };
}
