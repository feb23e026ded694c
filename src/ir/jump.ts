import type { AddressMask, AddressRange } from './address.js';
import type { Source } from './source.js';
import type { Masked, Range } from './test.js';

/** What stands behind `-j` or `-g`: a verdict, a chain, or an extension. A closed union keyed by `kind`. */
export type Jump =
  | AcceptJump
  | ChainJump
  | ChecksumJump
  | ConnmarkJump
  | CtJump
  | DnatJump
  | DropJump
  | DscpJump
  | GotoJump
  | HlJump
  | LogJump
  | MarkJump
  | MasqueradeJump
  | NetmapJump
  | NflogJump
  | NfqueueJump
  | NotrackJump
  | QueueJump
  | RedirectJump
  | RejectJump
  | ReturnJump
  | SnatJump
  | SynproxyJump
  | TcpmssJump
  | TosJump
  | TproxyJump
  | TtlJump;

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
