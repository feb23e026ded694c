import type { AddressMask, AddressRange } from './address.js';
import type { CtDirection, CtState, CtStateFlag, CtStatus } from './conntrack.js';
import type {
  BpfMatch, DccpMatch, DstMatch, Eui64Match, FragMatch, HbhMatch, IpcompMatch, Ipv6headerMatch, MhMatch, SrhMatch, U32Match,
} from './match-header.js';
import type { MatchNode } from './match-node.js';
import type {
  CgroupMatch, ClusterMatch, ConnbytesMatch, ConnlabelMatch, CpuMatch, DevgroupMatch, IpvsMatch, NfacctMatch, OsfMatch, QuotaMatch, RateestMatch,
  RealmMatch, SocketMatch,
} from './match-state.js';
import type { InterfacePattern, Masked, Range, Test } from './test.js';

/**
 * One `-m` instance with its options: the surface language of matches, a closed union keyed by `kind`.
 * An absent option is an absent property. Numbers are unsigned; limits are those of iptables 1.8.9.
 */
export type Match =
  | AddrtypeMatch
  | AhMatch
  | BpfMatch
  | CgroupMatch
  | ClusterMatch
  | CommentMatch
  | ConnbytesMatch
  | ConnlabelMatch
  | ConnlimitMatch
  | ConnmarkMatch
  | ConntrackMatch
  | CpuMatch
  | DccpMatch
  | DevgroupMatch
  | DscpMatch
  | DstMatch
  | EcnMatch
  | EspMatch
  | Eui64Match
  | FragMatch
  | HashlimitMatch
  | HbhMatch
  | HelperMatch
  | HlMatch
  | Icmp6Match
  | IcmpMatch
  | IpcompMatch
  | IprangeMatch
  | Ipv6headerMatch
  | IpvsMatch
  | LengthMatch
  | LimitMatch
  | MacMatch
  | MarkMatch
  | MhMatch
  | MultiportMatch
  | NfacctMatch
  | OsfMatch
  | OwnerMatch
  | PhysdevMatch
  | PkttypeMatch
  | PolicyMatch
  | QuotaMatch
  | RateestMatch
  | RealmMatch
  | RecentMatch
  | RpfilterMatch
  | RtMatch
  | SctpMatch
  | SetMatch
  | SocketMatch
  | SrhMatch
  | StateMatch
  | StatisticMatch
  | StringMatch
  | TcpMatch
  | TcpmssMatch
  | TimeMatch
  | TosMatch
  | TtlMatch
  | U32Match
  | UdpMatch;

export type MatchKind = Match['kind'];
export type MatchOf<K extends MatchKind> = Extract<Match, { readonly kind: K }>;

/** Routing types as `-m addrtype` names them, in the kernel's bit order. */
export const addressTypes = [
  'UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST',
  'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE',
] as const;
export type AddressType = (typeof addressTypes)[number];

export interface AddrtypeMatch extends MatchNode<'addrtype'> {
  readonly sourceType?: Test<readonly AddressType[]>;
  readonly destinationType?: Test<readonly AddressType[]>;
  readonly limitInterface?: 'in' | 'out';
}

/** IPv4 knows only `spi`; IPv6 finds the header by walking, so it needs no `-p ah`. */
export interface AhMatch extends MatchNode<'ah'> {
  readonly spi?: Test<Range>;
  /** Header length in bytes (IPv6). */
  readonly length?: Test<number>;
  /** Reserved field must be zero (IPv6). */
  readonly reserved?: true;
}

export interface CommentMatch extends MatchNode<'comment'> {
  readonly text: string;
}

export interface ConnlimitMatch extends MatchNode<'connlimit'> {
  readonly comparison: 'upto' | 'above';
  readonly limit: number;
  /** Prefix length by which addresses are grouped. */
  readonly prefix: number;
  readonly address: 'source' | 'destination';
}

export interface ConnmarkMatch extends MatchNode<'connmark'> {
  readonly mark: Test<Masked>;
}

/** Addresses keep their host bits, as `iptables-save` prints them; see `AddressMask` for the comparison. */
export interface ConntrackMatch extends MatchNode<'conntrack'> {
  readonly states?: Test<readonly CtStateFlag[]>;
  readonly protocol?: Test<number>;
  readonly originalSource?: Test<AddressMask>;
  readonly originalDestination?: Test<AddressMask>;
  readonly replySource?: Test<AddressMask>;
  readonly replyDestination?: Test<AddressMask>;
  readonly originalSourcePort?: Test<Range>;
  readonly originalDestinationPort?: Test<Range>;
  readonly replySourcePort?: Test<Range>;
  readonly replyDestinationPort?: Test<Range>;
  readonly statuses?: Test<readonly CtStatus[]>;
  /** Remaining lifetime in seconds. */
  readonly expire?: Test<Range>;
  readonly direction?: CtDirection;
}

export interface DscpMatch extends MatchNode<'dscp'> {
  readonly dscp: Test<number>;
}

/** `tcpEce` and `tcpCwr`: true when the bit must be set, false when `!` asks that it is not. */
export interface EcnMatch extends MatchNode<'ecn'> {
  readonly tcpEce?: boolean;
  readonly tcpCwr?: boolean;
  readonly ipEct?: Test<number>;
}

export interface EspMatch extends MatchNode<'esp'> {
  readonly spi?: Test<Range>;
}

/**
 * Parsed, checked and reprinted only; values as the kernel stores them. Packets: `interval` is the time between two of them in
 * microseconds. Bytes: `cost` of 16 bytes, of 2^32 credits a second; `burst` in multiples of what the rate lets through in a
 * second, 0 for none. Table sizes of 0 leave the choice to the kernel; `expire` and `gcInterval` in milliseconds. `rateInterval`
 * (seconds) is there with --hashlimit-rate-match only.
 */
export interface HashlimitMatch extends MatchNode<'hashlimit'> {
  readonly comparison: 'upto' | 'above';
  readonly rate:
    | { readonly unit: 'packets'; readonly interval: number; readonly burst: number }
    | { readonly unit: 'bytes'; readonly cost: number; readonly burst: number };
  readonly mode: readonly ('srcip' | 'srcport' | 'dstip' | 'dstport')[];
  readonly name: string;
  readonly tableSize: number;
  readonly tableMax: number;
  readonly gcInterval: number;
  readonly expire: number;
  readonly sourcePrefix: number;
  readonly destinationPrefix: number;
  readonly rateInterval?: number;
}

/** Parsed, checked and reprinted only. The empty name asks for any helper. */
export interface HelperMatch extends MatchNode<'helper'> {
  readonly helper: Test<string>;
}

export interface HlMatch extends MatchNode<'hl'> {
  readonly comparison: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: number;
}

/** `type` 255 with every code is `any`: the kernel then compares nothing but still wants the header. */
export interface IcmpType {
  readonly type: number;
  readonly code: Range;
}

export interface IcmpMatch extends MatchNode<'icmp'> {
  readonly icmpType: Test<IcmpType>;
}

export interface Icmp6Match extends MatchNode<'icmp6'> {
  readonly icmpType: Test<IcmpType>;
}

export interface IprangeMatch extends MatchNode<'iprange'> {
  readonly sourceRange?: Test<AddressRange>;
  readonly destinationRange?: Test<AddressRange>;
}

/** Length of the whole IP packet in bytes. */
export interface LengthMatch extends MatchNode<'length'> {
  readonly length: Test<Range>;
}

/** `interval` is the time between tokens in 1/10000 s, the kernel's own unit; `burst` counts packets. */
export interface LimitMatch extends MatchNode<'limit'> {
  readonly interval: number;
  readonly burst: number;
}

/** `address` is a 48-bit integer. */
export interface MacMatch extends MatchNode<'mac'> {
  readonly address: Test<number>;
}

export interface MarkMatch extends MatchNode<'mark'> {
  readonly mark: Test<Masked>;
}

/** `ranged` tells `53:53` from `53`: iptables keeps the difference. */
export interface MultiportEntry extends Range {
  readonly ranged: boolean;
}

export interface MultiportMatch extends MatchNode<'multiport'> {
  readonly side: 'source' | 'destination' | 'either';
  readonly ports: Test<readonly MultiportEntry[]>;
}

export interface OwnerMatch extends MatchNode<'owner'> {
  readonly socketExists?: { readonly negated: boolean };
  readonly uid?: Test<Range>;
  readonly gid?: Test<Range>;
  readonly supplementaryGroups?: true;
}

/** Parsed, checked and reprinted only. */
export interface PhysdevMatch extends MatchNode<'physdev'> {
  readonly isIn?: { readonly negated: boolean };
  readonly inInterface?: Test<InterfacePattern>;
  readonly isOut?: { readonly negated: boolean };
  readonly outInterface?: Test<InterfacePattern>;
  readonly isBridged?: { readonly negated: boolean };
}

/** `otherhost` never holds: such frames do not reach these hooks. */
export interface PkttypeMatch extends MatchNode<'pkttype'> {
  readonly packetType: Test<'unicast' | 'broadcast' | 'multicast' | 'otherhost'>;
}

export interface PolicyElement {
  readonly reqid?: Test<number>;
  readonly spi?: Test<number>;
  readonly protocol?: Test<number>;
  readonly mode?: Test<'tunnel' | 'transport'>;
  readonly tunnelDestination?: Test<AddressMask>;
  readonly tunnelSource?: Test<AddressMask>;
}

/** Parsed, checked and reprinted only. */
export interface PolicyMatch extends MatchNode<'policy'> {
  readonly direction: 'in' | 'out';
  readonly policy: 'ipsec' | 'none';
  readonly strict: boolean;
  readonly elements: readonly PolicyElement[];
}

/** A named list of addresses and when they were seen. Judged by the interpreter; no target carries it. */
export interface RecentMatch extends MatchNode<'recent'> {
  readonly action: Test<'set' | 'rcheck' | 'update' | 'remove'>;
  readonly seconds?: number;
  readonly reap?: true;
  readonly hitcount?: number;
  readonly rttl?: true;
  readonly name: string;
  readonly mask: bigint;
  readonly address: 'source' | 'destination';
}

/** Parsed, checked and reprinted only. */
export interface RpfilterMatch extends MatchNode<'rpfilter'> {
  readonly loose?: true;
  readonly validmark?: true;
  readonly acceptLocal?: true;
  readonly invert?: true;
}

/** Parsed, checked and reprinted only. */
export interface RtMatch extends MatchNode<'rt'> {
  readonly type?: Test<number>;
  readonly segmentsLeft?: Test<Range>;
  readonly length?: Test<number>;
  readonly reserved?: true;
  readonly addresses?: readonly bigint[];
  readonly notStrict?: true;
}

/** Chunk flags: bits of `flagMask` must equal those of `flagValue`. No mask, no test. */
export interface SctpChunk {
  readonly type: number;
  readonly flagMask: number;
  readonly flagValue: number;
}

export interface SctpMatch extends MatchNode<'sctp'> {
  readonly sourcePort?: Test<Range>;
  readonly destinationPort?: Test<Range>;
  readonly chunks?: Test<{ readonly scope: 'all' | 'any' | 'only'; readonly chunks: readonly SctpChunk[] }>;
}

export interface SetCounterTest {
  readonly comparison: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: bigint;
}

export interface SetMatch extends MatchNode<'set'> {
  readonly set: Test<string>;
  readonly dimensions: readonly ('src' | 'dst')[];
  readonly returnNomatch?: true;
  /** False when written `! --update-counters`. */
  readonly updateCounters?: boolean;
  readonly updateSubcounters?: boolean;
  readonly packets?: SetCounterTest;
  readonly bytes?: SetCounterTest;
}

export interface StateMatch extends MatchNode<'state'> {
  readonly states: Test<readonly CtState[]>;
}

/** `probability` in units of 2^-31; `every` counts packets, `packet` from 0. */
export interface StatisticMatch extends MatchNode<'statistic'> {
  readonly mode:
    | { readonly kind: 'random'; readonly probability: Test<number> }
    | { readonly kind: 'nth'; readonly every: Test<number>; readonly packet: number };
}

/** Parsed, checked and reprinted only. `pattern` holds one char per byte (latin-1). */
export interface StringMatch extends MatchNode<'string'> {
  readonly pattern: Test<string>;
  readonly algorithm: 'bm' | 'kmp';
  readonly from: number;
  readonly to: number;
  readonly icase?: true;
}

/** Bits of the TCP flags byte that `--tcp-flags` may name. */
export const tcpFlagBits = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 } as const;

export interface TcpMatch extends MatchNode<'tcp'> {
  readonly sourcePort?: Test<Range>;
  readonly destinationPort?: Test<Range>;
  readonly option?: Test<number>;
  /** `flags & mask == value`. */
  readonly flags?: Test<Masked>;
}

export interface TcpmssMatch extends MatchNode<'tcpmss'> {
  readonly mss: Test<Range>;
}

/** Parsed, checked and reprinted only. Dates in seconds since 1970, times of day in seconds; day lists as bit masks (bit n = day n). */
export interface TimeMatch extends MatchNode<'time'> {
  readonly dateStart: number;
  readonly dateStop: number;
  readonly dayStart: number;
  readonly dayStop: number;
  readonly monthdays: number;
  readonly weekdays: number;
  readonly contiguous?: true;
  readonly kernelTimezone?: true;
}

/** On the whole TOS byte or IPv6 traffic class. */
export interface TosMatch extends MatchNode<'tos'> {
  readonly tos: Test<Masked>;
}

export interface TtlMatch extends MatchNode<'ttl'> {
  readonly comparison: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: number;
}

export interface UdpMatch extends MatchNode<'udp'> {
  readonly sourcePort?: Test<Range>;
  readonly destinationPort?: Test<Range>;
}
