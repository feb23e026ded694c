import { addressBits, prefixMask, type Family } from '../ir/index.js';

/** Addresses as topology files write them. The topology's own reader has checked them; what does not read here is left out. */
export interface Prefix {
  readonly family: Family;
  /** Host bits kept. */
  readonly address: bigint;
  readonly length: number;
}

export function readPrefix(text: string): Prefix | undefined {
  const [head = '', tail] = text.split('/');
  const family: Family = head.includes(':') ? 6 : 4;
  const address = family === 4 ? readIpv4(head) : readIpv6(head);
  const length = tail === undefined ? addressBits(family) : Number(tail);
  return address === undefined || !Number.isInteger(length) || length < 0 || length > addressBits(family) ? undefined : { family, address, length };
}

function readIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

function readIpv6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const quad = dotted === null ? undefined : readIpv4(dotted[2] ?? '');
  const words = dotted === null || quad === undefined ? text : `${dotted[1] ?? ''}${(quad >> 16n).toString(16)}:${(quad & 0xffffn).toString(16)}`;
  const halves = words.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 1 ? missing !== 0 : missing < 0)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

export const inPrefix = (address: bigint, prefix: Prefix): boolean => ((address ^ prefix.address) & prefixMask(prefix.family, prefix.length)) === 0n;

export const isMulticast = (family: Family, address: bigint): boolean => (family === 4 ? address >> 28n === 0xen : address >> 120n === 0xffn);

export const limitedBroadcast = 0xffffffffn;

/** 127.0.0.0/8. */
export const isLoopback4 = (address: bigint): boolean => address >> 24n === 127n;

/** How many leading bits two addresses share. */
export function commonBits(family: Family, left: bigint, right: bigint): number {
  const difference = left ^ right;
  return difference === 0n ? addressBits(family) : addressBits(family) - difference.toString(2).length;
}
