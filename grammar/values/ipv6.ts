import { formatIpv4, parseIpv4 } from './ipv4.js';

/** As inet_pton: groups of up to four hex digits, one `::`, an IPv4 address as the last two groups. */
export function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = groups(head, tail === undefined);
  const after = tail === undefined ? [] : groups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array<number>(missing).fill(0), ...after];
  return all.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}

function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const found: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(Number.parseInt(part, 16));
    else {
      const embedded = last && at === parts.length - 1 ? parseIpv4(part) : undefined;
      if (embedded === undefined) return undefined;
      found.push(Number(embedded >> 16n), Number(embedded & 0xffffn));
    }
  }
  return found;
}

/** As inet_ntop: the first longest run of two or more zero groups is `::`; mapped and compatible addresses end dotted. */
export function formatIpv6(address: bigint): string {
  const all = Array.from({ length: 8 }, (_, at) => Number((address >> BigInt(112 - 16 * at)) & 0xffffn));
  const { start, length } = longestZeroRun(all);
  const dotted = start === 0 && (length === 6 || (length === 5 && all[5] === 0xffff));
  const shown = dotted ? all.slice(0, 6) : all;
  const hex = (from: number, to?: number): string => shown.slice(from, to).map((group) => group.toString(16)).join(':');
  const ipv4 = dotted ? formatIpv4(address & 0xffff_ffffn) : '';
  if (length < 2) return hex(0);
  const tail = hex(start + length);
  return `${hex(0, start)}::${tail}${dotted && tail !== '' ? ':' : ''}${ipv4}`;
}

function longestZeroRun(all: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < all.length; start++) {
    let end = start;
    while (all[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end);
  }
  return best;
}
