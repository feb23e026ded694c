import { addressBits, prefixLength, prefixMask, type AddressMask, type Family } from '../../src/ir/index.js';
import type { Word } from '../extension.js';
import { parseIpv4, parseIpv4Aton, parseIpv4Partial, formatIpv4 } from './ipv4.js';
import { formatIpv6, parseIpv6 } from './ipv6.js';
import { parseUnsigned } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

/** An address as inet_pton wants it: what NAT targets and ranges take. */
export const parseAddress = (family: Family, text: string): bigint | undefined =>
  family === 4 ? parseIpv4(text) : parseIpv6(text);

/** An address as getaddrinfo reads a numeric one: IPv4 also short, hex and octal (`10.1` is 10.0.0.1). */
export const parseHost = (family: Family, text: string): bigint | undefined =>
  family === 4 ? parseIpv4Aton(text) : parseIpv6(text.replace(/%.*$/, ''));

/** An address as `-s` and `-d` read it: IPv4 short forms are networks (`10.1` is 10.1.0.0), then as getaddrinfo. */
export const parseCoreAddress = (family: Family, text: string): bigint | undefined =>
  family === 4 ? (parseIpv4Partial(text) ?? parseIpv4Aton(text)) : parseHost(6, text);

export const formatAddress = (family: Family, address: bigint): string =>
  family === 4 ? formatIpv4(address) : formatIpv6(address);

/** `/24`, or `/255.0.255.0` when the ones are not all leading. */
export function formatMask(family: Family, mask: bigint): string {
  return `/${prefixLength(family, mask) ?? formatAddress(family, mask)}`;
}

/** `10.0.0.0/8`, always with its mask: the core options' form. */
export const formatNetwork = (family: Family, { address, mask }: AddressMask): string =>
  formatAddress(family, address) + formatMask(family, mask);

/** `10.0.0.1`, or with its mask where that is not all ones. */
export const formatHostMask = (family: Family, { address, mask }: AddressMask): string =>
  formatAddress(family, address) + (mask === prefixMask(family, addressBits(family)) ? '' : formatMask(family, mask));

/**
 * A mask behind a slash: a length in any base, or an address. IPv4 dotted masks must have four parts here; `/0x18` is 24.
 */
export function parseMask(family: Family, text: string): bigint | undefined {
  const written = family === 4 ? (text.split('.').length === 4 ? parseIpv4Partial(text) : undefined) : parseIpv6(text);
  if (written !== undefined) return written;
  const length = parseUnsigned(text, addressBits(family));
  return length === undefined ? undefined : prefixMask(family, length);
}

/**
 * A mask as options of type host/mask read it: a length first, else an address as getaddrinfo reads it. iptables 1.8.9 loses
 * a mask whose ones are not all leading and hands the kernel all ones (measured for --ctreplsrc, NETMAP and connlimit).
 */
export function parseHostMask(family: Family, text: string): bigint | undefined {
  const length = parseUnsigned(text, addressBits(family));
  if (length !== undefined) return prefixMask(family, length);
  const mask = parseHost(family, text);
  return mask === undefined || prefixLength(family, mask) !== undefined ? mask : prefixMask(family, addressBits(family));
}

/**
 * One address with an optional mask, as `-s` and `-d` take it: host bits are cleared, and under a null mask the address is
 * not even read (`any/0`).
 */
export function readNetwork(word: Word, family: Family, reporter: Reporter): AddressMask | undefined {
  const slash = word.text.lastIndexOf('/');
  const mask = slash < 0 ? prefixMask(family, addressBits(family)) : readMask(word, slash, family, reporter, parseMask);
  if (mask === undefined) return undefined;
  if (mask === 0n) return { address: 0n, mask };
  const text = slash < 0 ? word.text : word.text.slice(0, slash);
  const address = parseCoreAddress(family, text);
  if (address === undefined) {
    reportAddress({ ...word, text }, family, reporter);
    return undefined;
  }
  return { address: address & mask, mask };
}

/** A single address without a mask. */
export function readHost(word: Word, family: Family, reporter: Reporter): bigint | undefined {
  const address = parseHost(family, word.text);
  if (address === undefined) reportAddress(word, family, reporter);
  return address;
}

/** `address[/mask]` with its host bits kept, as `--ctorigsrc` and `--tunnel-src` take it. */
export function readHostMask(word: Word, family: Family, reporter: Reporter): AddressMask | undefined {
  const slash = word.text.indexOf('/');
  const text = slash < 0 ? word.text : word.text.slice(0, slash);
  const address = parseHost(family, text);
  if (address === undefined) {
    reportAddress({ ...word, text }, family, reporter);
    return undefined;
  }
  if (slash < 0) return { address, mask: prefixMask(family, addressBits(family)) };
  const mask = readMask(word, slash, family, reporter, parseHostMask);
  if (mask === undefined) return undefined;
  warnLostMask(word, word.text.slice(slash + 1), family, reporter);
  return { address, mask };
}

/** A mask alone, as `--connlimit-mask` takes it. */
export function readHostMaskAlone(word: Word, family: Family, reporter: Reporter): bigint | undefined {
  const mask = parseHostMask(family, word.text);
  if (mask === undefined) reporter.report('bad-mask', { text: word.text, family, max: addressBits(family) }, placeOf(word, reporter));
  else warnLostMask(word, word.text, family, reporter);
  return mask;
}

function warnLostMask(word: Word, text: string, family: Family, reporter: Reporter): void {
  const bits = addressBits(family);
  if (parseUnsigned(text, bits) !== undefined) return;
  const mask = parseHost(family, text);
  if (mask === undefined || prefixLength(family, mask) !== undefined) return;
  reporter.report('mask-lost', { text, bits }, placeOf(word, reporter));
}

function readMask(
  word: Word,
  slash: number,
  family: Family,
  reporter: Reporter,
  parse: (family: Family, text: string) => bigint | undefined,
): bigint | undefined {
  const text = word.text.slice(slash + 1);
  const mask = parse(family, text);
  if (mask === undefined) reporter.report('bad-mask', { text, family, max: addressBits(family) }, placeOf(word, reporter));
  return mask;
}

/** Tells a name, which is never looked up, from an address that is none. */
export function reportAddress(word: Word, family: Family, reporter: Reporter): void {
  const other: Family = family === 4 ? 6 : 4;
  if (parseAddress(other, word.text) !== undefined) {
    reporter.report('wrong-family-address', { text: word.text, family, other }, placeOf(word, reporter));
  } else if (/^[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*\.?$/.test(word.text)) {
    reporter.report('host-name', { text: word.text }, placeOf(word, reporter), 'write the address that the name stands for');
  } else {
    reporter.report('bad-address', { text: word.text, family }, placeOf(word, reporter));
  }
}
