/** Packets by hand, for tests that look at single bytes. */
export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** An IPv4 packet from 10.0.0.5 to 10.0.1.7. `offset` is in units of 8 bytes. */
export function ip4(protocol: number, payload: Uint8Array, { offset = 0, tos = 0 }: { readonly offset?: number; readonly tos?: number } = {}): Uint8Array {
  const length = 20 + payload.length;
  return Uint8Array.from([0x45, tos, length >> 8, length & 255, 0, 1, offset >> 8, offset & 255, 64, protocol, 0, 0, 10, 0, 0, 5, 10, 0, 1, 7, ...payload]);
}

/** An IPv6 packet from 2001:db8::5, or another address, to 2001:db8::7. */
export function ip6(nextHeader: number, payload: Uint8Array, source = 0x20010db8000000000000000000000005n): Uint8Array {
  const address = (value: bigint): readonly number[] => Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(120 - 8 * index)) & 255n));
  return Uint8Array.from([0x60, 0, 0, 0, payload.length >> 8, payload.length & 255, nextHeader, 64, ...address(source), ...address(0x20010db8000000000000000000000007n), ...payload]);
}
