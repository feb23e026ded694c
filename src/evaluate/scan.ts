import { extensionHeaders, type Ipv6Header, type ScanTest } from '../ir/index.js';
import type { LivePacket } from '../stack/engine.js';
import { runProgram } from './program.js';
import { byte, findExtension, layout, number } from './reading.js';

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
  'dccp-options': () => ({ family, bytes }) => {
    const { start, end } = dccpOptions(bytes, layout(family, bytes).transport);
    return end >= start && (end === start || end <= bytes.length);
  },
  'dccp-option': ({ option }) => ({ family, bytes }) => {
    const { start, end } = dccpOptions(bytes, layout(family, bytes).transport);
    for (let at = start; at < end; at += byte(bytes, at) < 2 ? 1 : byte(bytes, at + 1) || 1) if (byte(bytes, at) === option) return true;
    return false;
  },
  'eui64': () => ({ bytes, ethernet, inInterface }) => {
    if (ethernet === undefined || ethernet.length < 14 || inInterface === 'lo') return false;
    const mac = number(ethernet, 6, 6);
    return number(bytes, 16, 8) === ((((mac >> 24n) ^ 0x02_0000n) << 40n) | 0xff_fe00_0000n | (mac & 0xff_ffffn));
  },
  'search': ({ text, from, to, fold }) => {
    const shown = (code: number): number => (fold && ((code >= 0x61 && code <= 0x7a) || (code >= 0xdf && code !== 0xf7)) ? code - 0x20 : code);
    const wanted = Uint8Array.from(text, (char) => shown(char.charCodeAt(0)));
    return ({ bytes }) => {
      const last = Math.min(to, bytes.length) - wanted.length;
      for (let at = from; at <= last; at++) if (wanted.every((code, index) => shown(byte(bytes, at + index)) === code)) return true;
      return false;
    };
  },
  'bytes': ({ offset, size, mask, intervals }) => ({ bytes }) => {
    if (offset + size > bytes.length) return false;
    const value = number(bytes, offset, size) & mask;
    return intervals.some(({ min, max }) => min <= value && value <= max);
  },
  'program': ({ instructions }) => ({ bytes }) => runProgram(instructions, bytes) !== 0,
};

function headerAt(bytes: Uint8Array, header: keyof typeof extensionHeaders): number | undefined {
  const at = findExtension(bytes, header);
  return typeof at === 'number' ? at : undefined;
}

/** From where to where, in the packet; what a type carries of its own stands before them. */
function dccpOptions(bytes: Uint8Array, header: number): { readonly start: number; readonly end: number } {
  const kind = byte(bytes, header + 8);
  const own = [4, 12, 0, 8, 8, 8, 8, 12, 8, 8][(kind >> 1) & 15] ?? 12;
  return { start: header + 12 + ((kind & 1) === 1 ? 4 : 0) + own, end: header + byte(bytes, header + 4) * 4 };
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
