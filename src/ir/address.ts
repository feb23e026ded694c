/** The IP version a rule set speaks: what `iptables` is to 4, `ip6tables` is to 6. */
export type Family = 4 | 6;

/**
 * An address under a mask, as the kernel compares it: `packet & mask == address`.
 * Big-endian integers of 32 (IPv4) or 128 (IPv6) bits. The mask may be non-contiguous.
 */
export interface AddressMask {
  readonly address: bigint;
  readonly mask: bigint;
}

/** Inclusive address range. `min > max` is legal input and matches nothing. */
export interface AddressRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** Width of an address in bits. */
export const addressBits = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

/** The mask of a prefix length: `prefixMask(4, 24)` is 0xffffff00. */
export function prefixMask(family: Family, length: number): bigint {
  const bits = addressBits(family);
  return ((1n << BigInt(length)) - 1n) << BigInt(bits - length);
}

/** The prefix length of a contiguous mask, or undefined when its ones are not all leading. */
export function prefixLength(family: Family, mask: bigint): number | undefined {
  const bits = addressBits(family);
  const inverted = ((1n << BigInt(bits)) - 1n) ^ mask;
  if ((inverted & (inverted + 1n)) !== 0n) return undefined;
  return bits - (inverted === 0n ? 0 : inverted.toString(2).length);
}
