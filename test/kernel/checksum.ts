/** The Internet checksum as a 16-bit number, over `bytes` and an optional sum to begin with. */
export function internetChecksum(bytes: Uint8Array, sum = 0): number {
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Writes a checksum computed with its own place zeroed. */
function refresh(bytes: Uint8Array, at: number, sum = 0): void {
  bytes[at] = 0;
  bytes[at + 1] = 0;
  const value = internetChecksum(bytes, sum);
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

export const headerLength4 = (bytes: Uint8Array): number => ((bytes[0] ?? 0) & 15) * 4;

/** An IPv4 packet with another id; its header checksum follows. */
export function withId4(bytes: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[4] = id >>> 8;
  copy[5] = id & 0xff;
  refresh(copy.subarray(0, headerLength4(copy)), 10);
  return copy;
}

/** An ICMP error whose quoted IPv4 packet has another id; all checksums follow. */
export function withQuotedId4(bytes: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const icmp = copy.subarray(headerLength4(copy));
  icmp.set(withId4(icmp.subarray(8), id), 8);
  refresh(icmp, 2);
  return copy;
}

/** The kernel leaves the TCP checksum of its own resets to the device: the packet as it would be on the wire. */
export function withTcpChecksum(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const six = (copy[0] ?? 0) >> 4 === 6;
  const start = six ? 40 : headerLength4(copy);
  const addresses = six ? copy.subarray(8, 40) : copy.subarray(12, 20);
  const pseudo = ~internetChecksum(addresses, 6 + copy.length - start) & 0xffff;
  refresh(copy.subarray(start), 16, pseudo);
  return copy;
}
