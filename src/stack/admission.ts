import { read16, read32, read8 } from './bytes.js';
import { sum16 } from './checksum.js';
import { headerLength4 } from './headers.js';

/**
 * What the stack does to a packet of the wire before PREROUTING: it goes on, trimmed to the header's total length, or it is discarded
 * unseen. Of the latter only an IPv6 hop-by-hop option that is not known is answered: ICMPv6 code and pointer of a parameter problem.
 * Measured: bad IPv4 header checksum, total length beyond the packet, IPv6 multicast source, hop-by-hop options.
 */
export type Admission =
  | { readonly kind: 'seen'; readonly bytes: Uint8Array }
  | { readonly kind: 'unseen'; readonly problem?: { readonly bytes: Uint8Array; readonly code: number; readonly pointer: number } };

const unseen: Admission = { kind: 'unseen' };

export function admit(bytes: Uint8Array): Admission {
  const version = read8(bytes, 0) >>> 4;
  return version === 4 ? admit4(bytes) : version === 6 ? admit6(bytes) : unseen;
}

function admit4(bytes: Uint8Array): Admission {
  const header = headerLength4(bytes);
  if (header < 20 || bytes.length < header) return unseen;
  if (sum16(bytes, 0, header) !== 0xffff) return unseen;
  const length = read16(bytes, 2);
  return length < header || length > bytes.length ? unseen : { kind: 'seen', bytes: bytes.slice(0, length) };
}

function admit6(bytes: Uint8Array): Admission {
  if (bytes.length < 40) return unseen;
  const loopback = (at: number): boolean => read32(bytes, at) === 0 && read32(bytes, at + 4) === 0 && read32(bytes, at + 8) === 0 && read32(bytes, at + 12) === 1;
  if (loopback(8) || loopback(24)) return unseen;
  if (read8(bytes, 8) === 0xff) return unseen;
  // Multicast scopes 0 (reserved) and 1 (this interface) never come over a wire.
  if (read8(bytes, 24) === 0xff && (read8(bytes, 25) & 15) < 2) return unseen;
  const payload = read16(bytes, 4);
  const hopByHop = read8(bytes, 6) === 0;
  const jumbo = payload === 0 && hopByHop;
  if (!jumbo && payload + 40 > bytes.length) return unseen;
  const trimmed = jumbo ? bytes.slice() : bytes.slice(0, payload + 40);
  const fault = hopByHop ? hopOptionFault(trimmed) : undefined;
  if (fault === undefined) return { kind: 'seen', bytes: trimmed };
  return fault === 'silent' ? unseen : { kind: 'unseen', problem: { bytes: trimmed, ...fault } };
}

type Fault = 'silent' | { readonly code: number; readonly pointer: number };

/**
 * A hop-by-hop header is read on the way in: it must be whole, padded by zeros and under 8 bytes in a row. What to do with an option
 * that is not known, its two upper bits say.
 */
function hopOptionFault(bytes: Uint8Array): Fault | undefined {
  const end = 40 + (read8(bytes, 41) + 1) * 8;
  if (bytes.length < 48 || end > bytes.length) return 'silent';
  let padding = 0;
  let count = 0;
  for (let at = 42; at < end;) {
    const type = read8(bytes, at);
    if (type === 0) {
      padding += 1;
      if (padding > 7) return 'silent';
      at += 1;
      continue;
    }
    if (end - at < 2) return 'silent';
    const length = read8(bytes, at + 1) + 2;
    if (length > end - at) return 'silent';
    if (type === 1) {
      padding += length;
      if (padding > 7) return 'silent';
      for (let pad = at + 2; pad < at + length; pad++) if (read8(bytes, pad) !== 0) return 'silent';
    } else {
      count += 1;
      if (count > mostHopOptions) return 'silent';
      const fault = optionFault(bytes, at, type, length);
      if (fault !== undefined) return fault;
      padding = 0;
    }
    at += length;
  }
  return undefined;
}

/** Beside padding (`max_hbh_opts_number`). */
const mostHopOptions = 8;

const hopOption = { routerAlert: 5, calipso: 7, ioam: 49, jumbo: 0xc2 } as const;

function optionFault(bytes: Uint8Array, at: number, type: number, length: number): Fault | undefined {
  if (type === hopOption.routerAlert) return length === 4 ? undefined : 'silent';
  // No label of any domain is known.
  if (type === hopOption.calipso) return 'silent';
  if (type === hopOption.ioam) return (at & 3) === 0 ? undefined : 'silent';
  if (type === hopOption.jumbo) {
    if (length !== 6 || (at & 3) !== 2) return 'silent';
    const jumbo = read32(bytes, at + 2);
    if (jumbo <= 0xffff) return { code: 0, pointer: at + 2 };
    if (read16(bytes, 4) !== 0) return { code: 0, pointer: at };
    return jumbo > bytes.length - 40 ? 'silent' : undefined;
  }
  const action = type >>> 6;
  if (action === 0) return undefined;
  return action === 2 || (action === 3 && read8(bytes, 24) !== 0xff) ? { code: 2, pointer: at } : 'silent';
}
