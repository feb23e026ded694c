import type { Family } from '../ir/index.js';

/** An address with its family. */
export interface Address {
  readonly family: Family;
  readonly address: bigint;
}

/** Reads a dotted quad of decimal numbers without leading zeros, or any IPv6 text of RFC 4291 without zone. Never looks names up. */
export function parseAddress(text: string): Address | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return { family: 4, address: four };
  const six = parseIpv6(text);
  return six === undefined ? undefined : { family: 6, address: six };
}

/** As `parseAddress`, for addresses written in code. */
export function addressOf(text: string): bigint {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed.address;
}

/** `10.0.0.1/24`, `2001:db8::1/64`; host bits are kept. Without a slash the length is that of the address. */
export function parsePrefix(text: string): (Address & { readonly length: number }) | undefined {
  const slash = text.indexOf('/');
  const parsed = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (parsed === undefined) return undefined;
  const bits = parsed.family === 4 ? 32 : 128;
  if (slash < 0) return { ...parsed, length: bits };
  const digits = text.slice(slash + 1);
  const length = Number(digits);
  return /^\d{1,3}$/.test(digits) && length <= bits ? { ...parsed, length } : undefined;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? '', halves.length === 1), halves.length === 2 ? groups(halves[1] ?? '', true) : []];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((address, group) => (address << 16n) | group, 0n);
}

/** Groups of 16 bits; the last may be a dotted quad where the text ends with it. */
function groups(text: string, last: boolean): bigint[] | undefined {
  if (text === '') return [];
  const out: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      out.push(BigInt(`0x${part}`));
      continue;
    }
    const quad = last && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (quad === undefined) return undefined;
    out.push(quad >> 16n, quad & 0xffffn);
  }
  return out;
}

/** Canonical text: dotted quad, or RFC 5952 (longest run of zeros shortened, the first of equals; lower case). */
export function formatAddress(family: Family, address: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join('.');
  const words = Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - 16 * index)) & 0xffffn));
  let [start, length] = [0, 0];
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (end < 8 && words[end] === 0) end++;
    if (end - at > length) [start, length] = [at, end - at];
    if (end > at) at = end;
  }
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return length < 2 ? text(words) : `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
}

/** `02:00:00:00:00:01` as a 48-bit integer. */
export function parseMac(text: string): number | undefined {
  return /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text) ? Number.parseInt(text.replaceAll(':', ''), 16) : undefined;
}

export const formatMac = (address: number): string => (address.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
