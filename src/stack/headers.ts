import type { Family } from '../ir/index.js';
import { read16, read8 } from './bytes.js';

export const protocols = { hopByHop: 0, icmp: 1, tcp: 6, udp: 17, routing: 43, fragment: 44, gre: 47, esp: 50, ah: 51, icmp6: 58, none: 59, destinationOptions: 60, sctp: 132, udplite: 136 } as const;

export const headerLength4 = (bytes: Uint8Array): number => (read8(bytes, 0) & 15) * 4;

/** Fragment offset of an IPv4 header in units of 8 bytes. */
export const fragmentOffset4 = (bytes: Uint8Array): number => read16(bytes, 6) & 0x1fff;

/** An IPv4 fragment, first or later. */
export const isFragment4 = (bytes: Uint8Array): boolean => (read16(bytes, 6) & 0x3fff) !== 0;

/** Headers that stand between the IPv6 header and the transport; `none` is among them. */
export function isExtension(protocol: number): boolean {
  return protocol === 0 || protocol === 43 || protocol === 44 || protocol === 51 || protocol === 59 || protocol === 60;
}

const extensionLength = (bytes: Uint8Array, at: number, protocol: number): number =>
  protocol === protocols.ah ? (read8(bytes, at + 1) + 2) * 4 : protocol === protocols.fragment ? 8 : (read8(bytes, at + 1) + 1) * 8;

/**
 * What a search through the IPv6 headers found. `fragmentOffset` in bytes: not 0 on a later fragment, whose transport header is
 * elsewhere (`offset` is then 0, as xtables has it). `broken`: a header is cut off. `absent`: the header looked for is not there, or
 * lies behind a later fragment.
 */
export type Found =
  | { readonly kind: 'found'; readonly protocol: number; readonly offset: number; readonly fragmentOffset: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'absent' };

const broken: Found = { kind: 'broken' };
const absent: Found = { kind: 'absent' };

/**
 * The walk that xtables uses (`ipv6_find_hdr`): to the header of protocol `wanted`, or to the first that is no extension header.
 * AH is walked over; `none` ends the walk.
 */
export function findIpv6Header(bytes: Uint8Array, wanted?: number): Found {
  let protocol = read8(bytes, 6);
  let at = 40;
  for (;;) {
    const found = protocol === wanted;
    if (!isExtension(protocol) || protocol === protocols.none) {
      return wanted === undefined || found ? { kind: 'found', protocol, offset: at, fragmentOffset: 0 } : absent;
    }
    if (at + 2 > bytes.length) return broken;
    const next = read8(bytes, at);
    if (protocol === protocols.routing && at + 4 > bytes.length) return broken;
    if (protocol === protocols.fragment) {
      if (at + 4 > bytes.length) return broken;
      const fragmentOffset = read16(bytes, at + 2) & 0xfff8;
      if (fragmentOffset !== 0) {
        if (wanted === undefined && (!isExtension(next) || next === protocols.none)) return { kind: 'found', protocol: next, offset: 0, fragmentOffset };
        return found ? { kind: 'found', protocol, offset: at, fragmentOffset } : absent;
      }
    }
    if (found) return { kind: 'found', protocol, offset: at, fragmentOffset: 0 };
    at += extensionLength(bytes, at, protocol);
    protocol = next;
  }
}

/** Where the other walk of the kernel (`ipv6_skip_exthdr`) ended. `fragment` is the field of the fragment header, 0 without one. */
export interface Skipped {
  readonly protocol: number;
  readonly offset: number;
  readonly fragment: number;
}

/** Conntrack, NAT, REJECT and sets walk so: undefined at `none` and where a header is cut off; a later fragment ends it at its header. */
export function skipExtensions(bytes: Uint8Array, start = 40, first = read8(bytes, 6)): Skipped | undefined {
  let protocol = first;
  let at = start;
  let fragment = 0;
  while (isExtension(protocol)) {
    if (protocol === protocols.none || at + 2 > bytes.length) return undefined;
    if (protocol === protocols.fragment) {
      if (at + 4 > bytes.length) return undefined;
      fragment = read16(bytes, at + 2);
      if ((fragment & ~7) !== 0) break;
    }
    const next = read8(bytes, at);
    at += extensionLength(bytes, at, protocol);
    protocol = next;
  }
  return { protocol, offset: at, fragment };
}

/** Transport protocol and offset as conntrack takes them, or undefined where it takes none. */
export function trackedTransport(bytes: Uint8Array, family: Family): { readonly protocol: number; readonly offset: number } | undefined {
  if (family === 4) {
    const offset = headerLength4(bytes);
    return fragmentOffset4(bytes) !== 0 || offset > bytes.length ? undefined : { protocol: read8(bytes, 9), offset };
  }
  const skipped = skipExtensions(bytes);
  return skipped === undefined || (skipped.fragment & ~7) !== 0 ? undefined : skipped;
}
