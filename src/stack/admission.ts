import { read16, read32, read8 } from './bytes.js';
import { sum16 } from './checksum.js';
import { headerLength4 } from './headers.js';

/**
 * What the stack does to a packet of the wire before PREROUTING: the bytes trimmed to the header's total length, or undefined where
 * the packet is discarded unseen. Measured: bad IPv4 header checksum, total length beyond the packet, IPv6 multicast source.
 */
export function admitted(bytes: Uint8Array): Uint8Array | undefined {
  const version = read8(bytes, 0) >>> 4;
  return version === 4 ? admitted4(bytes) : version === 6 ? admitted6(bytes) : undefined;
}

function admitted4(bytes: Uint8Array): Uint8Array | undefined {
  const header = headerLength4(bytes);
  if (header < 20 || bytes.length < header) return undefined;
  if (sum16(bytes, 0, header) !== 0xffff) return undefined;
  const length = read16(bytes, 2);
  return length < header || length > bytes.length ? undefined : bytes.slice(0, length);
}

function admitted6(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 40) return undefined;
  const loopback = (at: number): boolean => read32(bytes, at) === 0 && read32(bytes, at + 4) === 0 && read32(bytes, at + 8) === 0 && read32(bytes, at + 12) === 1;
  if (loopback(8) || loopback(24)) return undefined;
  if (read8(bytes, 8) === 0xff) return undefined;
  // Multicast scopes 0 (reserved) and 1 (this interface) never come over a wire.
  if (read8(bytes, 24) === 0xff && (read8(bytes, 25) & 15) < 2) return undefined;
  const payload = read16(bytes, 4);
  const hopByHop = read8(bytes, 6) === 0;
  if (payload === 0 && hopByHop) return hopOptionsFine(bytes) ? bytes.slice() : undefined;
  if (payload + 40 > bytes.length) return undefined;
  const trimmed = bytes.slice(0, payload + 40);
  return hopByHop && !hopOptionsFine(trimmed) ? undefined : trimmed;
}

/** A hop-by-hop header is read on the way in: whole, PadN of zeros and under 8 bytes in a row, unknown options only of the kind to skip. */
function hopOptionsFine(bytes: Uint8Array): boolean {
  if (bytes.length < 48) return false;
  const end = 40 + (read8(bytes, 41) + 1) * 8;
  if (end > bytes.length) return false;
  let padding = 0;
  let at = 42;
  while (at < end) {
    const type = read8(bytes, at);
    if (type === 0) {
      padding += 1;
      if (padding > 7) return false;
      at += 1;
      continue;
    }
    if (end - at < 2) return false;
    const length = read8(bytes, at + 1) + 2;
    if (length > end - at) return false;
    if (type === 1) {
      padding += length;
      if (padding > 7) return false;
      for (let pad = at + 2; pad < at + length; pad++) if (read8(bytes, pad) !== 0) return false;
    } else {
      if (type === 5 ? length !== 4 : !skippable(type)) return false;
      padding = 0;
    }
    at += length;
  }
  return at === end;
}

/** The two upper bits of an option's type say what to do with one that is not known: 0 skips it. */
const skippable = (type: number): boolean => type >>> 6 === 0;
