import type { AddressMask, AddressRange } from './address.js';
import type { Source } from './source.js';
import type { Masked, Range } from './test.js';

/** What stands behind `-j` or `-g`: a verdict, a chain, or an extension. A closed union keyed by `kind`. */
export type Jump =
  | AcceptJump
  | AuditJump
  | ChainJump
  | ChecksumJump
  | ClassifyJump
  | ClusteripJump
  | ConnmarkJump
  | ConnsecmarkJump
  | CtJump
  | DnatJump
  | DnptJump
  | DropJump
  | DscpJump
  | EcnJump
  | GotoJump
  | HlJump
  | HmarkJump
  | IdletimerJump
  | LedJump
  | LogJump
  | MarkJump
  | MasqueradeJump
  | NetmapJump
  | NflogJump
  | NfqueueJump
  | NotrackJump
  | QueueJump
  | RateestJump
  | RedirectJump
  | RejectJump
  | ReturnJump
  | SecmarkJump
  | SetJump
  | SnatJump
  | SnptJump
  | SynproxyJump
  | TcpmssJump
  | TcpoptstripJump
  | TeeJump
  | TosJump
  | TproxyJump
  | TraceJump
  | TtlJump
  | UlogJump;

export type JumpKind = Jump['kind'];
export type JumpOf<K extends JumpKind> = Extract<Jump, { readonly kind: K }>;

interface JumpNode<K extends string> {
  readonly kind: K;
  readonly source: Source;
}

export interface AcceptJump extends JumpNode<'accept'> {}
export interface DropJump extends JumpNode<'drop'> {}
export interface ReturnJump extends JumpNode<'return'> {}

/** `-j CHAIN`: comes back to the next rule. */
export interface ChainJump extends JumpNode<'chain'> {
  readonly chain: string;
}

/** `-g CHAIN`: comes back to the caller of this chain. */
export interface GotoJump extends JumpNode<'goto'> {
  readonly chain: string;
}

/** `new = (old & ~mask) ^ value` on 32 bits: how every mark change is stored. */
export interface MarkJump extends JumpNode<'mark'> {
  readonly xmark: Masked;
}

export interface ConnmarkJump extends JumpNode<'connmark'> {
  readonly operation:
    | { readonly kind: 'set'; readonly xmark: Masked; readonly shift?: Shift }
    | { readonly kind: 'save' | 'restore'; readonly packetMask: number; readonly connectionMask: number; readonly shift?: Shift };
}

/** Only revision 2 of CONNMARK shifts; bits 0-31. */
export interface Shift {
  readonly direction: 'left' | 'right';
  readonly bits: number;
}

/** The address and port ranges of a translation. An absent part keeps what the packet has. */
export interface NatRange {
  readonly addresses?: AddressRange;
  readonly ports?: Range;
}

export interface SnatJump extends JumpNode<'snat'> {
  readonly to: NatRange;
  readonly random?: true;
  readonly randomFully?: true;
  readonly persistent?: true;
}

/** `basePort`: with a port range `a-b/base`, port base+k becomes a+k. */
export interface DnatJump extends JumpNode<'dnat'> {
  readonly to: NatRange;
  readonly basePort?: number;
  readonly random?: true;
  readonly persistent?: true;
}

export interface MasqueradeJump extends JumpNode<'masquerade'> {
  readonly ports?: Range;
  readonly random?: true;
  readonly randomFully?: true;
}

export interface RedirectJump extends JumpNode<'redirect'> {
  readonly ports?: Range;
  readonly random?: true;
}

export interface NetmapJump extends JumpNode<'netmap'> {
  readonly to: AddressMask;
}

export const rejectTypes = {
  4: [
    'icmp-net-unreachable', 'icmp-host-unreachable', 'icmp-port-unreachable', 'icmp-proto-unreachable',
    'icmp-net-prohibited', 'icmp-host-prohibited', 'icmp-admin-prohibited', 'tcp-reset',
  ],
  6: [
    'icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable', 'icmp6-port-unreachable',
    'icmp6-policy-fail', 'icmp6-reject-route', 'tcp-reset',
  ],
} as const;
export type RejectType = (typeof rejectTypes)[4 | 6][number];

export interface RejectJump extends JumpNode<'reject'> {
  readonly with: RejectType;
}

/** `level` 0-7 as syslog counts; 4 is the default. */
export interface LogJump extends JumpNode<'log'> {
  readonly prefix?: string;
  readonly level: number;
  readonly tcpSequence?: true;
  readonly tcpOptions?: true;
  readonly ipOptions?: true;
  readonly uid?: true;
  readonly macdecode?: true;
}

/** `size` is `--nflog-size`, `range` the older `--nflog-range`; both in bytes. */
export interface NflogJump extends JumpNode<'nflog'> {
  readonly prefix?: string;
  readonly group: number;
  readonly size?: number;
  readonly range?: number;
  readonly threshold?: number;
}

export interface NotrackJump extends JumpNode<'notrack'> {}

export interface CtZone {
  readonly direction: 'both' | 'original' | 'reply';
  /** A number, or the packet's mark. */
  readonly id: number | 'mark';
}

export const ctEvents = ['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark', 'natseqinfo', 'secmark'] as const;
export type CtEvent = (typeof ctEvents)[number];

export interface CtJump extends JumpNode<'ct'> {
  readonly notrack?: true;
  readonly helper?: string;
  readonly timeout?: string;
  readonly events?: readonly CtEvent[];
  readonly expectEvents?: readonly 'new'[];
  readonly zone?: CtZone;
}

export interface TcpmssJump extends JumpNode<'tcpmss'> {
  /** Bytes, or the smaller of the two route MTUs less the headers. */
  readonly mss: number | 'clamp-to-pmtu';
}

export interface DscpJump extends JumpNode<'dscp'> {
  readonly dscp: number;
}

/** `new = (old & ~mask) ^ value` on the TOS byte or traffic class. */
export interface TosJump extends JumpNode<'tos'> {
  readonly tos: Masked;
}

export interface TtlJump extends JumpNode<'ttl'> {
  readonly operation: 'set' | 'inc' | 'dec';
  readonly value: number;
}

export interface HlJump extends JumpNode<'hl'> {
  readonly operation: 'set' | 'inc' | 'dec';
  readonly value: number;
}

/** Parsed, checked and reprinted only. */
export interface ChecksumJump extends JumpNode<'checksum'> {}

/** Parsed, checked and reprinted only. */
export interface TproxyJump extends JumpNode<'tproxy'> {
  readonly port: number;
  readonly address: bigint;
  readonly mark: Masked;
}

/** Parsed, checked and reprinted only. */
export interface SynproxyJump extends JumpNode<'synproxy'> {
  readonly sackPermitted?: true;
  readonly timestamp?: true;
  readonly windowScale?: number;
  readonly mss?: number;
  readonly ecn?: true;
}

/** Parsed, checked and reprinted only. */
export interface NfqueueJump extends JumpNode<'nfqueue'> {
  readonly queue: Range;
  readonly bypass?: true;
  readonly cpuFanout?: true;
}

/** Parsed, checked and reprinted only. */
export interface QueueJump extends JumpNode<'queue'> {}

/** Writes a line for the audit system. */
export interface AuditJump extends JumpNode<'audit'> {
  readonly type: 'accept' | 'drop' | 'reject';
}

/** Sets the packet's priority to a traffic class, 16 bits each. */
export interface ClassifyJump extends JumpNode<'classify'> {
  readonly major: number;
  readonly minor: number;
}

/** Not judged: the kernel here has no CLUSTERIP. `create` is `--new` with all that belongs to it; `mac` a 48-bit integer. */
export interface ClusteripJump extends JumpNode<'clusterip'> {
  readonly create?: {
    readonly hash: 'sourceip' | 'sourceip-sourceport' | 'sourceip-sourceport-destport';
    readonly mac: number;
    readonly totalNodes: number;
    readonly localNode: number;
    readonly seed?: number;
  };
}

/** Copies the security mark to the connection, or back. */
export interface ConnsecmarkJump extends JumpNode<'connsecmark'> {
  readonly operation: 'save' | 'restore';
}

/** Maps a prefix of the destination (DNPT) or source (SNPT) without state, as RFC 6296 does. Prefixes of 1 to 64 bits. */
export interface DnptJump extends JumpNode<'dnpt'> {
  readonly from: AddressMask;
  readonly to: AddressMask;
}

/** See `DnptJump`. */
export interface SnptJump extends JumpNode<'snpt'> {
  readonly from: AddressMask;
  readonly to: AddressMask;
}

/** Sets bits of the TCP header, and the two ECN bits of the IP header to 0-3. */
export interface EcnJump extends JumpNode<'ecn'> {
  readonly tcpEce?: 0 | 1;
  readonly tcpCwr?: 0 | 1;
  readonly ipEct?: number;
}

/**
 * Marks packets with `hash(tuple) % modulus + offset`. Each part of the tuple is taken under its mask and with its `set` bits;
 * prefixes in bits. `connection` hashes the tuple of the connection.
 */
export interface HmarkJump extends JumpNode<'hmark'> {
  readonly sourcePrefix?: number;
  readonly destinationPrefix?: number;
  readonly sourcePortMask?: number;
  readonly destinationPortMask?: number;
  readonly spiMask?: number;
  readonly sourcePortSet?: number;
  readonly destinationPortSet?: number;
  readonly spiSet?: number;
  readonly protocolMask?: number;
  readonly random: number;
  readonly modulus: number;
  readonly offset?: number;
  readonly connection?: true;
}

/** Seconds without a packet until user space is told; `alarm` wakes a sleeping machine. */
export interface IdletimerJump extends JumpNode<'idletimer'> {
  readonly timeout: number;
  readonly label: string;
  readonly alarm?: true;
}

/** Not judged: the kernel here has no LED triggers. `delay` in milliseconds, or until the next packet. */
export interface LedJump extends JumpNode<'led'> {
  readonly trigger: string;
  readonly delay?: number | 'inf';
  readonly alwaysBlink?: true;
}

/** Estimates the rate of packets under a name. `interval` n is 250 ms * 2^n (0-5); `ewmaLog` m averages over 2^m intervals. */
export interface RateestJump extends JumpNode<'rateest'> {
  readonly name: string;
  readonly interval: number;
  readonly ewmaLog: number;
}

/** Not judged: the kernel here has no security module that knows contexts. */
export interface SecmarkJump extends JumpNode<'secmark'> {
  readonly context: string;
}

/** A set and what of the packet is looked up in it, dimension by dimension. */
export interface SetReference {
  readonly set: string;
  readonly dimensions: readonly ('src' | 'dst')[];
}

/** At least one of the three. `exist` and `timeout` (seconds) go with `add`, the map flags with `map`. */
export interface SetJump extends JumpNode<'set'> {
  readonly add?: SetReference;
  readonly exist?: true;
  readonly timeout?: number;
  readonly remove?: SetReference;
  readonly map?: SetReference & { readonly mark?: true; readonly priority?: true; readonly queue?: true };
}

/** TCP options 2-255, ascending; without any nothing is stripped. */
export interface TcpoptstripJump extends JumpNode<'tcpoptstrip'> {
  readonly options: readonly number[];
}

/** Sends a copy to a host of an attached network. */
export interface TeeJump extends JumpNode<'tee'> {
  readonly gateway: bigint;
  readonly outInterface?: string;
}

/** Rules that the packet meets from here on are logged. */
export interface TraceJump extends JumpNode<'trace'> {}

/** Not judged: the kernel here has no ULOG. `group` 1-32; `range` in bytes, 0 all; `threshold` in packets. */
export interface UlogJump extends JumpNode<'ulog'> {
  readonly prefix?: string;
  readonly group: number;
  readonly range?: number;
  readonly threshold?: number;
}
