import { addressBits, addressMask, prefixMask, type Family, type NamedSet, type SetDimension, type SetPart } from '../src/ir/index.js';
import { parseAddress } from './values/address.js';
import { parseMac } from './values/mac.js';
import { parseUnsigned, u16, u32 } from './values/number.js';
import { parsePort } from './values/port.js';
import { parseProtocol } from './values/protocol.js';

export interface PartContext {
  readonly family: Family;
  readonly set: NamedSet;
}

interface BigRange {
  readonly min: bigint;
  readonly max: bigint;
}

const readers: { readonly [D in SetDimension]: (text: string, context: PartContext) => SetPart | undefined } = {
  ip: addresses,
  net: addresses,
  port: readPort,
  mac: (text) => {
    const address = parseMac(text);
    return address === undefined ? undefined : { kind: 'mac', address };
  },
  mark: (text, { set: { markmask = u32 } }) => {
    const value = parseUnsigned(text, u32);
    return value === undefined ? undefined : { kind: 'mark', value: (value & markmask) >>> 0 };
  },
  iface: (text) => {
    const physdev = text.startsWith('physdev:');
    const name = physdev ? text.slice('physdev:'.length) : text;
    return name === '' || name.length > 15 ? undefined : { kind: 'iface', name, physdev };
  },
  set: (text) => (text === '' ? undefined : { kind: 'set', name: text }),
};

/** One part of an element, by the set's dimension at that place; undefined when it is none. */
export const readSetPart = (text: string, dimension: SetDimension, context: PartContext): SetPart | undefined => readers[dimension](text, context);

/** The `range` of a bitmap. */
export function rangeOf(text: string, kind: 'ip' | 'port', family: Family): BigRange | undefined {
  if (kind === 'ip') return addressRange(text, family);
  const part = readPort(text);
  return part?.kind === 'port' ? { min: BigInt(part.min), max: BigInt(part.max) } : undefined;
}

/** `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1-10.0.0.9`. */
function addressRange(text: string, family: Family): BigRange | undefined {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const min = parseAddress(family, text.slice(0, dash));
    const max = parseAddress(family, text.slice(dash + 1));
    return min === undefined || max === undefined || min > max ? undefined : { min, max };
  }
  const [written = '', length] = text.split('/');
  const address = parseAddress(family, written);
  if (address === undefined) return undefined;
  const prefix = length === undefined ? addressBits(family) : parseUnsigned(length, addressBits(family));
  return prefix === undefined ? undefined : network(address, prefix, family);
}

function network(address: bigint, prefix: number, family: Family): BigRange {
  const mask = prefixMask(family, prefix);
  const all = (1n << BigInt(addressBits(family))) - 1n;
  const min = address & mask;
  return { min, max: min | (all ^ mask) };
}

/** A set with `netmask` keeps networks where addresses were given, and looks packets up by theirs; with `bitmask`, what is left of them. */
function addresses(text: string, { family, set }: PartContext): SetPart | undefined {
  const range = addressRange(text, family);
  if (range === undefined) return undefined;
  if (set.bitmask !== undefined) return range.min === range.max ? { kind: 'addresses', min: range.min & set.bitmask, max: range.min & set.bitmask } : undefined;
  const host = ((1n << BigInt(addressBits(family))) - 1n) ^ addressMask(set);
  return { kind: 'addresses', min: range.min & ~host, max: range.max | host };
}

const icmpNames: Readonly<Record<string, string>> = {
  'echo-reply': '0/0', pong: '0/0', 'echo-request': '8/0', ping: '8/0', 'router-advertisement': '9/0', 'router-solicitation': '10/0',
  'timestamp-request': '13/0', 'timestamp-reply': '14/0', 'address-mask-request': '17/0', 'address-mask-reply': '18/0',
  'network-unreachable': '3/0', 'host-unreachable': '3/1', 'protocol-unreachable': '3/2', 'port-unreachable': '3/3',
  'fragmentation-needed': '3/4', 'source-route-failed': '3/5', 'network-unknown': '3/6', 'host-unknown': '3/7',
  'network-prohibited': '3/9', 'host-prohibited': '3/10', 'communication-prohibited': '3/13', 'source-quench': '4/0',
  'network-redirect': '5/0', 'host-redirect': '5/1', 'ttl-zero-during-transit': '11/0', 'ttl-zero-during-reassembly': '11/1',
  'ip-header-bad': '12/0', 'required-option-missing': '12/1',
};

const icmp6Names: Readonly<Record<string, string>> = {
  'no-route': '1/0', 'communication-prohibited': '1/1', 'address-unreachable': '1/3', 'port-unreachable': '1/4', 'packet-too-big': '2/0',
  'ttl-zero-during-transit': '3/0', 'ttl-zero-during-reassembly': '3/1', 'bad-header': '4/0', 'unknown-header-type': '4/1',
  'unknown-option': '4/2', 'echo-request': '128/0', ping: '128/0', 'echo-reply': '129/0', pong: '129/0', 'router-solicitation': '133/0',
  'router-advertisement': '134/0', 'neighbour-solicitation': '135/0', 'neighbor-solicitation': '135/0',
  'neighbour-advertisement': '136/0', 'neighbor-advertisement': '136/0', redirect: '137/0',
};

/** `80`, `tcp:80-90`, `icmp:8/0`; ICMP types and codes as `type * 256 + code`, as the set stores them. */
function readPort(text: string): SetPart | undefined {
  const colon = text.indexOf(':');
  const name = colon < 0 ? 'tcp' : text.slice(0, colon);
  const protocol = parseProtocol(name);
  if (protocol === undefined || protocol === 0) return undefined;
  const value = text.slice(colon + 1);
  if (protocol === 1 || protocol === 58) {
    const names = protocol === 1 ? icmpNames : icmp6Names;
    const [type = '', code] = (Object.hasOwn(names, value) ? (names[value] ?? '') : value).split('/');
    const typeNumber = parseUnsigned(type, 255);
    const codeNumber = code === undefined ? 0 : parseUnsigned(code, 255);
    if (typeNumber === undefined || codeNumber === undefined) return undefined;
    const port = typeNumber * 256 + codeNumber;
    return { kind: 'port', protocol, min: port, max: port };
  }
  const whole = portNumber(value, name);
  if (whole !== undefined) return { kind: 'port', protocol, min: whole, max: whole };
  const [low = '', high = ''] = value.split('-');
  const min = portNumber(low, name);
  const max = portNumber(high, name);
  return min === undefined || max === undefined || min > max ? undefined : { kind: 'port', protocol, min, max };
}

const portNumber = (text: string, transport: string): number | undefined => parseUnsigned(text, u16) ?? parsePort(text, transport);
