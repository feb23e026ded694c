import type { Family } from '../ir/index.js';
import { read16, read8, write16 } from './bytes.js';
import { isExtension, isFragment4, protocols, skipExtensions } from './headers.js';

/**
 * What reassembly makes of a packet on its own: it goes on (perhaps without its fragment header), or it is held until the rest comes,
 * which for one packet means for ever. A sequence will keep queues here.
 */
export type Gathered = { readonly kind: 'pass'; readonly bytes: Uint8Array } | { readonly kind: 'held' };

const held: Gathered = { kind: 'held' };

/** Reassembly before conntrack (both families), and before local delivery (IPv4). */
export function gather(bytes: Uint8Array, family: Family): Gathered {
  if (family === 4) return isFragment4(bytes) ? held : { kind: 'pass', bytes };
  return gather6(bytes);
}

/** The fragment header and the byte that names it. */
function fragmentHeader(bytes: Uint8Array): { readonly at: number; readonly namedAt: number } | undefined {
  let protocol = read8(bytes, 6);
  let namedAt = 6;
  let at = 40;
  while (protocol !== protocols.fragment) {
    if (!isExtension(protocol) || protocol === protocols.none || at + 2 > bytes.length) return undefined;
    const units = read8(bytes, at + 1);
    namedAt = at;
    at += protocol === protocols.ah ? (units + 2) * 4 : (units + 1) * 8;
    protocol = read8(bytes, namedAt);
  }
  return at > bytes.length ? undefined : { at, namedAt };
}

function gather6(bytes: Uint8Array): Gathered {
  const pass: Gathered = { kind: 'pass', bytes };
  // A payload length of 0 is taken for that of a jumbogram.
  if (read16(bytes, 4) === 0) return pass;
  const found = fragmentHeader(bytes);
  if (found === undefined || lacksTransport(bytes, found.at)) return pass;
  if (found.at + 8 > bytes.length) return held;
  const field = read16(bytes, found.at + 2);
  const offset = field & 0xfff8;
  const more = (field & 1) !== 0;
  // The header's word counts, not what is there: a raw socket may have sent more.
  const length = 40 + read16(bytes, 4) - found.at - 8;
  const end = offset + length;
  if (end > 0xffff || length <= 0) return held;
  // A piece that is not whole units of 8 bytes is let through as it is.
  if (more) return (end & 7) !== 0 ? pass : held;
  if (offset !== 0) return held;
  return { kind: 'pass', bytes: withoutFragmentHeader(bytes.subarray(0, found.at + 8 + length), found.at, found.namedAt) };
}

/** A first fragment that does not hold all headers is no business of reassembly. */
function lacksTransport(bytes: Uint8Array, at: number): boolean {
  const skipped = skipExtensions(bytes, at, protocols.fragment);
  if (skipped === undefined || (skipped.fragment & 0xfff8) !== 0) return false;
  const needed = skipped.protocol === protocols.tcp ? 20 : skipped.protocol === protocols.udp || skipped.protocol === protocols.icmp6 ? 8 : 1;
  return skipped.offset + needed > bytes.length;
}

function withoutFragmentHeader(bytes: Uint8Array, at: number, namedAt: number): Uint8Array {
  const out = new Uint8Array(bytes.length - 8);
  out.set(bytes.subarray(0, at));
  out.set(bytes.subarray(at + 8), at);
  out[namedAt] = read8(bytes, at);
  write16(out, 4, read16(bytes, 4) - 8);
  return out;
}
