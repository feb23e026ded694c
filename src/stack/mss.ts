import type { Family } from '../ir/index.js';
import { destinationOf, read16, read8, sourceOf, write16 } from './bytes.js';
import { replaced16 } from './checksum.js';
import type { HostView, LivePacket } from './engine.js';
import { headerLength4, skipExtensions } from './headers.js';

/** Headers that an MSS does not count, and the MSS of a peer that names none. */
const limits: { readonly [F in Family]: { readonly headers: number; readonly unspoken: number } } = { 4: { headers: 40, unspoken: 536 }, 6: { headers: 60, unspoken: 1220 } };

/**
 * TCPMSS: lowers the MSS option, never raises it; where there is none and no data either, one of at most 536 (1220) is put in front
 * of the options. False where the TCP header is not whole: the packet must be dropped. Checksums are brought along.
 */
export function clampMss(packet: LivePacket, mss: number | 'clamp-to-pmtu', host: HostView): boolean {
  const { bytes, family } = packet;
  const { headers, unspoken } = limits[family];
  const offset = family === 4 ? headerLength4(bytes) : skipExtensions(bytes)?.offset;
  if (offset === undefined || offset + 20 > bytes.length) return false;
  const header = (read8(bytes, offset + 12) >>> 4) * 4;
  if (header < 20 || offset + header > bytes.length) return false;
  const wanted = mss === 'clamp-to-pmtu' ? pathMss(packet, host, headers) : mss;
  if (wanted === undefined) return false;
  for (let at = 20; at <= header - 4; at += step(bytes, offset + at)) {
    if (read8(bytes, offset + at) !== 2 || read8(bytes, offset + at + 1) !== 4) continue;
    const old = read16(bytes, offset + at + 2);
    if (old <= wanted) return true;
    write16(bytes, offset + at + 2, wanted);
    replaceIn(bytes, offset + 16, old, wanted);
    return true;
  }
  // Data behind the header would have to move, and a header of 60 bytes is full.
  if (bytes.length > offset + header || header >= 60) return true;
  packet.bytes = withOption(bytes, family, offset, Math.min(wanted, unspoken));
  return true;
}

const step = (bytes: Uint8Array, at: number): number => (read8(bytes, at) <= 1 || read8(bytes, at + 1) === 0 ? 1 : read8(bytes, at + 1));

/** The smaller MTU of the two ways, less the headers. */
function pathMss({ bytes, family }: LivePacket, host: HostView, headers: number): number | undefined {
  const there = host.pathMtu(family, destinationOf(bytes, family));
  const back = host.pathMtu(family, sourceOf(bytes, family));
  const mtu = Math.min(there ?? Infinity, back ?? Infinity);
  return Number.isFinite(mtu) && mtu > headers ? mtu - headers : undefined;
}

const replaceIn = (bytes: Uint8Array, at: number, from: number, to: number): void => write16(bytes, at, replaced16(read16(bytes, at), from, to));

function withOption(bytes: Uint8Array, family: Family, offset: number, mss: number): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set(bytes.subarray(0, offset + 20));
  out.set(bytes.subarray(offset + 20), offset + 24);
  const length = bytes.length - offset;
  replaceIn(out, offset + 16, length, length + 4);
  write16(out, offset + 20, 0x0204);
  write16(out, offset + 22, mss);
  replaceIn(out, offset + 16, 0, 0x0204);
  replaceIn(out, offset + 16, 0, mss);
  const old = read16(out, offset + 12);
  out[offset + 12] = read8(out, offset + 12) + 0x10;
  replaceIn(out, offset + 16, old, read16(out, offset + 12));
  const lengthAt = family === 4 ? 2 : 4;
  const total = read16(out, lengthAt);
  write16(out, lengthAt, total + 4);
  if (family === 4) replaceIn(out, 10, total, total + 4);
  return out;
}
