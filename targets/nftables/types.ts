import type { CtEvent, Family } from '../../src/ir/index.js';
import type { CtKey, Expression, MetaKey, Payload } from './ast.js';

/** How the values of an expression are written. */
export type ValueType = 'integer' | 'hex' | 'address' | 'port' | 'protocol' | 'tcp-flags' | 'ct-state' | 'ct-status' | 'ct-direction' | 'packet-type' | 'fib-type' | 'ethernet' | 'milliseconds' | 'nanoseconds' | 'counter' | 'interface' | 'traffic-class';

const metaTypes: { readonly [K in MetaKey]: ValueType } = {
  iifname: 'interface', oifname: 'interface', iiftype: 'integer', mark: 'hex', l4proto: 'protocol', pkttype: 'packet-type', length: 'integer', skuid: 'integer', skgid: 'integer', cgroup: 'integer', priority: 'traffic-class', nftrace: 'integer', secmark: 'integer',
  cpu: 'integer', rtclassid: 'integer', iifgroup: 'integer', oifgroup: 'integer', hour: 'integer', day: 'integer', time: 'nanoseconds',
};

const ctTypes: { readonly [K in CtKey]: ValueType } = {
  'state': 'ct-state', 'status': 'ct-status', 'mark': 'hex', 'secmark': 'integer', 'direction': 'ct-direction', 'protocol': 'protocol', 'expiration': 'milliseconds',
  'saddr': 'address', 'daddr': 'address', 'proto-src': 'port', 'proto-dst': 'port', 'packets': 'counter', 'bytes': 'counter', 'avgpkt': 'counter',
};

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'meta':
      return metaTypes[expression.key];
    case 'ct':
      return ctTypes[expression.key];
    case 'payload':
      return payloadType(expression);
    case 'exthdr':
      return expression.field === 'nexthdr' ? 'protocol' : expression.bits === 128 ? 'address' : 'integer';
    case 'fib':
      return 'fib-type';
    case 'binary':
      return typeOf(expression.left);
    case 'map':
    case 'value':
    case 'concat':
    case 'numgen':
    case 'ipsec':
    case 'socket':
    case 'jhash':
    case 'tcp-option':
    case 'route-mss':
      return 'integer';
  }
}

function payloadType(payload: Payload): ValueType {
  const { name } = payload;
  if (name === undefined) return 'hex';
  if (/^ip6? [sd]addr$/.test(name)) return 'address';
  if (/ [sd]port$/.test(name)) return 'port';
  if (name === 'tcp flags') return 'tcp-flags';
  if (/^ether /.test(name)) return 'ethernet';
  return 'integer';
}

/** Numbers that nft 1.0.6 reads by a name on every machine, whatever its /etc/protocols. */
export const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 33: 'dccp', 50: 'esp', 51: 'ah', 58: 'ipv6-icmp', 132: 'sctp', 136: 'udplite' };

/** Bits of `ct state` and `ct status` as the kernel numbers them. */
export const ctStateBits = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;
export const ctStatusBits = { 'expected': 1, 'seen-reply': 2, 'assured': 4, 'confirmed': 8, 'snat': 16, 'dnat': 32, 'dying': 512 } as const;

export const fibTypes = ['unspec', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable', 'prohibit'] as const;
export const packetTypes = ['host', 'broadcast', 'multicast'] as const;

/** The names of the bits that are set, or undefined when one has no name. */
export function bitNames(bits: bigint, names: Readonly<Record<string, number>>): readonly string[] | undefined {
  const found = Object.entries(names).filter(([, bit]) => (bits & BigInt(bit)) !== 0n);
  const covered = found.reduce((sum, [, bit]) => sum | BigInt(bit), 0n);
  return covered === bits && bits !== 0n ? found.map(([name]) => name) : undefined;
}

export const tcpFlagNames = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 } as const;

export function formatAddress(family: Family, address: bigint): string {
  return family === 4 ? formatIpv4(address) : formatIpv6(address);
}

const formatIpv4 = (address: bigint): string => [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join('.');

/** The longest run of zero groups becomes `::`, as RFC 5952 writes it. */
function formatIpv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

export const formatMac = (address: bigint): string => (address.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');

/** The prefix length when the interval is exactly one network, else undefined. */
export function networkLength(bits: number, min: bigint, max: bigint): number | undefined {
  const size = max - min + 1n;
  if (size <= 0n || (size & (size - 1n)) !== 0n || min % size !== 0n) return undefined;
  return bits - (size.toString(2).length - 1);
}

/** What nft calls the options of TCP, by their kind; the others it has as numbers. */
export const tcpOptionNames: Readonly<Record<number, string>> = { 0: 'eol', 1: 'nop', 2: 'maxseg', 3: 'window', 4: 'sack-perm', 5: 'sack', 8: 'timestamp', 19: 'md5sig', 30: 'mptcp', 34: 'fastopen' };

const otherOptionNames: Readonly<Record<string, number>> = { noop: 1, 'sack-permitted': 4 };

/** The kind of the TCP option of this name, the older names of nft included. */
export function tcpOptionKind(name: string): number | undefined {
  const found = Object.entries(tcpOptionNames).find(([, known]) => known === name);
  return found === undefined ? otherOptionNames[name] : Number(found[0]);
}

/** nft calls the adjustment of sequence numbers otherwise. */
export const ctEventName = (event: CtEvent): string => (event === 'natseqinfo' ? 'seqadj' : event);

export const nftFamily = (family: Family): 'ip' | 'ip6' => (family === 4 ? 'ip' : 'ip6');
