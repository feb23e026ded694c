import { addressBits, type Family } from '../../../src/ir/index.js';
import type { Expression } from '../ast.js';
import { ctStateBits, ctStatusBits, fibTypes, tcpFlagNames } from '../types.js';

/** What the values of an expression are, for reading them. */
export type Notation =
  | 'integer' | 'address' | 'protocol' | 'tcp-flags' | 'ct-state' | 'ct-status' | 'direction' | 'packet-type' | 'fib-type' | 'ethernet' | 'seconds' | 'interface'
  | 'icmp-type' | 'icmp-code' | 'icmpv6-type' | 'icmpv6-code' | 'dscp' | 'ecn' | 'device-type' | 'mark' | 'port' | 'dccp-type' | 'mobility-type' | 'traffic-class'
  | 'device-group' | 'realm' | 'time-of-day' | 'weekday' | 'instant';

type Names = Readonly<Record<string, number>>;

/** Names as nft 1.0.6 describes them (`nft describe`), protocols as Debian's /etc/protocols has them. */
const names: { readonly [N in Notation]?: Names } = {
  'protocol': {
    ip: 0, hopopt: 0, icmp: 1, igmp: 2, ggp: 3, ipencap: 4, st: 5, tcp: 6, egp: 8, igp: 9, pup: 12, udp: 17, hmp: 20, 'xns-idp': 22, rdp: 27, 'iso-tp4': 29, dccp: 33, xtp: 36, ddp: 37,
    'idpr-cmtp': 38, ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, idrp: 45, rsvp: 46, gre: 47, esp: 50, ah: 51, skip: 57, 'ipv6-icmp': 58, icmpv6: 58, 'ipv6-nonxt': 59, 'ipv6-opts': 60, rspf: 73,
    vmtp: 81, eigrp: 88, ospf: 89, 'ax.25': 93, ipip: 94, etherip: 97, encap: 98, pim: 103, ipcomp: 108, comp: 108, vrrp: 112, l2tp: 115, isis: 124, sctp: 132, fc: 133, 'mobility-header': 135,
    udplite: 136, 'mpls-in-ip': 137, manet: 138, hip: 139, shim6: 140, wesp: 141, rohc: 142, ethernet: 143,
  },
  'tcp-flags': tcpFlagNames,
  'ct-state': ctStateBits,
  'ct-status': ctStatusBits,
  'direction': { original: 0, reply: 1 },
  'packet-type': { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 },
  'fib-type': Object.fromEntries(fibTypes.map((name, index) => [name, index])),
  'icmp-type': {
    'echo-reply': 0, 'destination-unreachable': 3, 'source-quench': 4, 'redirect': 5, 'echo-request': 8, 'router-advertisement': 9, 'router-solicitation': 10, 'time-exceeded': 11,
    'parameter-problem': 12, 'timestamp-request': 13, 'timestamp-reply': 14, 'info-request': 15, 'info-reply': 16, 'address-mask-request': 17, 'address-mask-reply': 18,
  },
  'icmp-code': { 'net-unreachable': 0, 'host-unreachable': 1, 'prot-unreachable': 2, 'port-unreachable': 3, 'frag-needed': 4, 'net-prohibited': 9, 'host-prohibited': 10, 'admin-prohibited': 13 },
  'icmpv6-type': {
    'destination-unreachable': 1, 'packet-too-big': 2, 'time-exceeded': 3, 'parameter-problem': 4, 'echo-request': 128, 'echo-reply': 129, 'mld-listener-query': 130, 'mld-listener-report': 131,
    'mld-listener-done': 132, 'mld-listener-reduction': 132, 'nd-router-solicit': 133, 'nd-router-advert': 134, 'nd-neighbor-solicit': 135, 'nd-neighbor-advert': 136, 'nd-redirect': 137,
    'router-renumbering': 138, 'ind-neighbor-solicit': 141, 'ind-neighbor-advert': 142, 'mld2-listener-report': 143,
  },
  'icmpv6-code': { 'no-route': 0, 'admin-prohibited': 1, 'addr-unreachable': 3, 'port-unreachable': 4, 'policy-fail': 5, 'reject-route': 6 },
  'dscp': {
    cs0: 0, cs1: 8, cs2: 16, cs3: 24, cs4: 32, cs5: 40, cs6: 48, cs7: 56, df: 0, be: 0, lephb: 1, af11: 10, af12: 12, af13: 14, af21: 18, af22: 20, af23: 22, af31: 26, af32: 28, af33: 30,
    af41: 34, af42: 36, af43: 38, va: 44, ef: 46,
  },
  'ecn': { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 },
  'dccp-type': { request: 0, response: 1, data: 2, ack: 3, dataack: 4, closereq: 5, close: 6, reset: 7, sync: 8, syncack: 9 },
  'mobility-type': {
    'binding-refresh-request': 0, 'home-test-init': 1, 'careof-test-init': 2, 'home-test': 3, 'careof-test': 4, 'binding-update': 5, 'binding-acknowledgement': 6, 'binding-error': 7,
    'fast-binding-update': 8, 'fast-binding-acknowledgement': 9, 'fast-binding-advertisement': 10, 'experimental-mobility-header': 11, 'home-agent-switch-message': 12,
  },
  'traffic-class': { none: 0, root: 0xffff_ffff },
  'device-group': { default: 0 },
  'realm': { cosmos: 0 },
  'weekday': { Sunday: 0, Monday: 1, Tuesday: 2, Wednesday: 3, Thursday: 4, Friday: 5, Saturday: 6 },
  'device-type': { ether: 1, ppp: 512, ipip: 768, ipip6: 769, loopback: 772, sit: 776, ipgre: 778 },
};

const words: ReadonlySet<string> = new Set(Object.values(names).flatMap((table) => Object.keys(table)));

/** A name of some value, whatever the notation. */
export const isSymbol = (word: string): boolean => words.has(word);

/** The number that a word stands for; undefined when it is none that is known. */
export function symbol(word: string, notation: Notation, family: Family): bigint | undefined {
  const named = names[notation]?.[word];
  if (named !== undefined) return BigInt(named);
  if (notation === 'address') return parseAddress(word, family);
  if (notation === 'ethernet') return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(word) ? BigInt(`0x${word.replaceAll(':', '')}`) : undefined;
  if (notation === 'seconds') return duration(word);
  if (notation === 'traffic-class') return trafficClass(word);
  if (notation === 'time-of-day' && word.includes(':')) return timeOfDay(word);
  if (notation === 'instant') return instant(word);
  // nft 1.0.6 says so of a port of a connection when it has lost sight of the protocol; the number is right.
  const [, digits] = /^(0x[0-9a-f]+|[0-9]+)(?: \[invalid type\])?$/i.exec(word) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}

export function notationOf(expression: Expression): Notation {
  switch (expression.kind) {
    case 'payload':
      return payloadNotation(expression.name);
    case 'meta':
      return ({ iifname: 'interface', oifname: 'interface', iiftype: 'device-type', mark: 'mark', l4proto: 'protocol', pkttype: 'packet-type', length: 'integer', skuid: 'integer', skgid: 'integer', cgroup: 'integer', priority: 'traffic-class', nftrace: 'integer', secmark: 'integer',
        cpu: 'integer', rtclassid: 'realm', iifgroup: 'device-group', oifgroup: 'device-group', hour: 'time-of-day', day: 'weekday', time: 'instant' } as const)[expression.key];
    case 'ct':
      return (
        { state: 'ct-state', status: 'ct-status', mark: 'mark', secmark: 'integer', direction: 'direction', protocol: 'protocol', expiration: 'seconds', saddr: 'address', daddr: 'address', 'proto-src': 'port', 'proto-dst': 'port', packets: 'integer', bytes: 'integer', avgpkt: 'integer' } as const
      )[expression.key];
    case 'exthdr':
      return expression.field === 'nexthdr' ? 'protocol' : expression.bits === 128 ? 'address' : expression.header === 'mh' && expression.field === 'type' ? 'mobility-type' : 'integer';
    case 'fib':
      return 'fib-type';
    case 'binary':
      return notationOf(expression.left);
    default:
      return 'integer';
  }
}

function payloadNotation(name: string | undefined): Notation {
  if (name === undefined) return 'integer';
  if (/^ip6? [sd]addr$/.test(name)) return 'address';
  if (/^ip6? (dscp|ecn)$/.test(name)) return name.endsWith('dscp') ? 'dscp' : 'ecn';
  if (/^ether [sd]addr$/.test(name)) return 'ethernet';
  if (/ [sd]port$/.test(name)) return 'port';
  switch (name) {
    case 'ip protocol':
    case 'ip6 nexthdr':
    case 'ah nexthdr':
      return 'protocol';
    case 'dccp type':
      return 'dccp-type';
    case 'comp nexthdr':
      return 'protocol';
    case 'tcp flags':
      return 'tcp-flags';
    case 'icmp type':
      return 'icmp-type';
    case 'icmp code':
      return 'icmp-code';
    case 'icmpv6 type':
      return 'icmpv6-type';
    case 'icmpv6 code':
      return 'icmpv6-code';
    default:
      return 'integer';
  }
}

export function parseAddress(text: string, family: Family): bigint | undefined {
  return family === 4 ? parseIpv4(text) : parseIpv6(text);
}

function parseIpv4(text: string): bigint | undefined {
  const groups = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (groups === undefined || groups.some((group) => group > 255)) return undefined;
  return groups.reduce((sum, group) => (sum << 8n) | BigInt(group), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    const four = parseIpv4(tail[2] ?? '');
    if (four === undefined) return undefined;
    return parseIpv6(`${tail[1] ?? ''}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** Two hexadecimal numbers of 16 bits. */
function trafficClass(word: string): bigint | undefined {
  const [, major, minor] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(word) ?? [];
  return major === undefined || minor === undefined ? undefined : (BigInt(`0x${major}`) << 16n) | BigInt(`0x${minor}`);
}

/** `HH:MM:SS`, or `HH:MM`, in seconds, as UTC. */
function timeOfDay(word: string): bigint | undefined {
  const parts = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(word)?.slice(1).map((part) => Number(part ?? 0));
  return parts === undefined ? undefined : BigInt(parts.reduce((sum, part) => sum * 60 + part, 0));
}

/** `2001-02-03 04:05:06`, or whole seconds since 1970, in nanoseconds, as UTC. */
function instant(word: string): bigint | undefined {
  if (/^\d+$/.test(word)) return BigInt(word) * 1_000_000_000n;
  const date = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(word)?.slice(1).map((part) => Number(part ?? 0));
  if (date === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date;
  return BigInt(Date.UTC(year, month - 1, day, hour, minute, second)) * 1_000_000n;
}

const units: Names = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `1d2h3m4s5ms` in milliseconds. */
function duration(word: string): bigint | undefined {
  if (!/^(\d+(ms|[dhms]))+$/.test(word)) return /^\d+$/.test(word) ? BigInt(word) * 1000n : undefined;
  return [...word.matchAll(/(\d+)(ms|[dhms])/g)].reduce((sum, [, count = '0', unit = 's']) => sum + BigInt(count) * BigInt(units[unit] ?? 0), 0n);
}

/** Width in bits of the values of a notation, where the expression does not say. */
export const notationBits = (notation: Notation, family: Family): number =>
  notation === 'address' ? addressBits(family) : notation === 'ethernet' ? 48 : notation === 'port' ? 16 : notation === 'protocol' || notation.startsWith('icmp') ? 8 : notation === 'device-type' ? 16 : notation === 'instant' ? 64 : 32;
