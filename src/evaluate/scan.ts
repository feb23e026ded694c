import { extensionHeaders, type Ipv6Header, type ScanTest } from '../ir/index.js';
import type { LivePacket } from '../stack/engine.js';
import { byte, findExtension, number } from './reading.js';

type Scans = { readonly [K in ScanTest['kind']]: (test: Extract<ScanTest, { readonly kind: K }>) => (packet: LivePacket) => boolean };

/** What a walk over the bytes answers, told as xtables tells it. */
export const scans: Scans = {
  'options': ({ header, options }) => ({ bytes }) => {
    const start = headerAt(bytes, header);
    if (start === undefined) return false;
    const end = start + (byte(bytes, start + 1) + 1) * 8;
    let at = start + 2;
    for (const [index, { type, length }] of options.entries()) {
      if (at >= end || byte(bytes, at) !== type) return false;
      // Padding of one byte has no length.
      if (type !== 0 && (at + 2 > end || (length !== undefined && byte(bytes, at + 1) !== length))) return false;
      at += type === 0 ? 1 : byte(bytes, at + 1) + 2;
      if (index < options.length - 1 && at > end) return false;
    }
    return true;
  },
  'routing-addresses': ({ addresses, anywhere }) => ({ bytes }) => {
    const at = headerAt(bytes, 'routing');
    if (at === undefined) return false;
    const listed = Array.from({ length: byte(bytes, at + 1) >> 1 }, (_, index) => number(bytes, at + 8 + index * 16, 16));
    if (!anywhere) return listed.length === addresses.length && listed.every((address, index) => address === addresses[index]);
    let met = 0;
    for (const address of listed) if (address === addresses[met]) met += 1;
    return met === addresses.length;
  },
  'segments-overrun': () => ({ bytes }) => {
    const at = headerAt(bytes, 'routing');
    return at !== undefined && at + 5 <= bytes.length && byte(bytes, at + 3) > byte(bytes, at + 4);
  },
  'segment': ({ which, network }) => ({ bytes }) => {
    const at = headerAt(bytes, 'routing');
    if (at === undefined) return false;
    const left = byte(bytes, at + 3);
    if (which === 'previous' ? left === byte(bytes, at + 4) : left === 0) return false;
    const address = at + 8 + (which === 'previous' ? left + 1 : left - 1) * 16;
    if (address + 16 > bytes.length) return false;
    return network === undefined || (number(bytes, address, 16) & network.mask) === network.address;
  },
  'headers-end': () => ({ bytes }) => listedHeaders(bytes) !== undefined,
  'header': ({ header }) => ({ bytes }) => listedHeaders(bytes)?.has(header) ?? false,
};

function headerAt(bytes: Uint8Array, header: keyof typeof extensionHeaders): number | undefined {
  const at = findExtension(bytes, header);
  return typeof at === 'number' ? at : undefined;
}

const named: Readonly<Record<number, Ipv6Header>> = { 0: 'hop-by-hop', 43: 'ipv6-route', 44: 'ipv6-frag', 50: 'esp', 51: 'ah', 59: 'ipv6-nonxt', 60: 'ipv6-opts' };

/** Undefined where fewer than 2 bytes of a header are there. Behind a header that is longer than the packet the walk ends. */
function listedHeaders(bytes: Uint8Array): ReadonlySet<Ipv6Header> | undefined {
  const found = new Set<Ipv6Header>();
  for (let next = byte(bytes, 6), at = 40; ; ) {
    const name = named[next];
    if (at > bytes.length && (name === 'esp' || name === 'ipv6-nonxt')) return found;
    if (name === undefined || at > bytes.length) return found.add('protocol');
    if (name === 'ipv6-nonxt') return found.add(name);
    if (at + 2 > bytes.length) return undefined;
    if (name === 'esp') return found.add(name);
    found.add(name);
    const units = byte(bytes, at + 1);
    next = byte(bytes, at);
    at += name === 'ipv6-frag' ? 8 : name === 'ah' ? (units + 2) * 4 : (units + 1) * 8;
  }
}
