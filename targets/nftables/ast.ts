import type { Family, Hook, Interval, RejectType, TableName } from '../../src/ir/index.js';
import type { Exthdr, ExthdrName } from './exthdr.js';

/** What nft reads, as far as this target writes it. Printed as text by `print.ts`, as JSON by `json.ts`, run by `model/`. */
export interface NftScript {
  readonly tables: readonly NftTable[];
}

/** `origin` is the table of the input that it carries. Its name is its own, prefix included. */
export interface NftTable {
  readonly family: Family;
  readonly name: string;
  readonly origin: TableName;
  readonly sets: readonly NftSet[];
  readonly helpers: readonly NftHelper[];
  /** Named counters. */
  readonly accounts: readonly string[];
  readonly chains: readonly NftChain[];
}

export type SetKey = 'address' | 'protocol' | 'port' | 'mark' | 'ifname' | 'ether';

/** A named set. An element has one interval for each key; a `ifname` part is a name. */
export interface NftSet {
  readonly name: string;
  readonly keys: readonly SetKey[];
  readonly interval: boolean;
  readonly timeout?: number;
  /** Whether elements carry timeouts. */
  readonly timeouts: boolean;
  /** Rules add elements. */
  readonly dynamic?: true;
  /** Elements it has room for, where nft is not to choose. */
  readonly size?: number;
  readonly comment?: string;
  readonly elements: readonly NftElement[];
}

export interface NftElement {
  readonly parts: readonly (Interval | { readonly name: string })[];
  /** Seconds; absent never expires. */
  readonly timeout?: number;
  readonly comment?: string;
}

/** A connection tracking helper object. */
export interface NftHelper {
  readonly name: string;
  readonly helper: string;
  readonly protocol: 'tcp' | 'udp';
}

export interface NftChain {
  readonly name: string;
  readonly base?: NftBase;
  readonly rules: readonly NftRule[];
}

export interface NftBase {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: Hook;
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

export interface NftRule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly origin?: Origin;
}

/** The rule of the input that a rule belongs to; `acts` where it carries the action, so that reaching its end is a match. */
export interface Origin {
  readonly chain: string;
  readonly position: number;
  readonly line: number;
  readonly acts: boolean;
}

/**
 * A payload is a bit range behind the beginning of a header. `name` is how nft writes it; `protocol` the transport protocol that
 * nft then tests on its own when the rule does not.
 */
export interface Payload {
  readonly kind: 'payload';
  readonly base: 'll' | 'nh' | 'th';
  readonly offset: number;
  readonly bits: number;
  readonly name?: string;
  readonly protocol?: number;
}

export type MetaKey = 'iifname' | 'oifname' | 'iiftype' | 'mark' | 'l4proto' | 'pkttype' | 'length' | 'skuid' | 'skgid' | 'cgroup' | 'priority' | 'nftrace' | 'secmark' | 'cpu' | 'rtclassid' | 'iifgroup' | 'oifgroup' | 'hour' | 'day' | 'time';

export type CtKey = 'state' | 'status' | 'mark' | 'secmark' | 'direction' | 'protocol' | 'expiration' | 'saddr' | 'daddr' | 'proto-src' | 'proto-dst' | 'packets' | 'bytes' | 'avgpkt';

/** `binary` holds constants on its right side: nft 1.0.6 knows no operation on two fields. */
export type Expression =
  | Payload
  | { readonly kind: 'meta'; readonly key: MetaKey }
  | { readonly kind: 'ct'; readonly key: CtKey; readonly direction?: 'original' | 'reply' }
  | Exthdr
  | { readonly kind: 'tcp-option'; readonly option: number; readonly field: 'length' | 'size' }
  | { readonly kind: 'fib'; readonly address: 'saddr' | 'daddr'; readonly via?: 'iif' | 'oif' }
  | { readonly kind: 'socket'; readonly key: 'transparent' | 'wildcard' | 'mark' }
  /** The hash of the source of the connection. */
  | { readonly kind: 'jhash'; readonly modulus: number; readonly seed: number }
  | { readonly kind: 'ipsec'; readonly direction: 'in' | 'out'; readonly layer: number; readonly key: 'reqid' | 'spi' }
  | { readonly kind: 'numgen'; readonly mode: 'inc' | 'random'; readonly modulus: number }
  | { readonly kind: 'binary'; readonly operator: '&' | '^' | '|' | '<<' | '>>'; readonly left: Expression; readonly right: bigint }
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | { readonly kind: 'map'; readonly key: Expression; readonly entries: readonly { readonly key: Interval; readonly value: bigint }[] }
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'route-mss' };

/** What stands to the right of a comparison. `flags`: any of the bits is set. */
export type Operand =
  | { readonly kind: 'intervals'; readonly intervals: readonly Interval[] }
  | { readonly kind: 'interface'; readonly name: string; readonly prefix: boolean }
  | { readonly kind: 'flags'; readonly bits: bigint }
  /** `dynamic`: rules change it. */
  | { readonly kind: 'set'; readonly name: string; readonly dynamic?: true };

export type Statement =
  /** `ranged`: one value is written as a range, which nft lists where it would leave a value out. */
  | { readonly kind: 'match'; readonly left: Expression; readonly negated: boolean; readonly right: Operand; readonly ranged?: true }
  /** The expression can be read at all. */
  | { readonly kind: 'loads'; readonly left: Expression; readonly bits: number }
  | { readonly kind: 'below'; readonly left: Expression; readonly negated: boolean; readonly value: bigint }
  | { readonly kind: 'exists'; readonly what: Existence; readonly negated: boolean }
  | { readonly kind: 'limit'; readonly rate: number; readonly unit: LimitUnit; readonly burst: number; readonly over: boolean }
  | { readonly kind: 'quota'; readonly bytes: bigint; readonly over: boolean }
  /** Puts the key into a dynamic set (`update` begins its time anew) or takes it out; `asks` of its element decides whether the rule goes on. `timeout` in seconds. */
  | { readonly kind: 'update'; readonly operation: 'add' | 'update' | 'delete'; readonly set: string; readonly key: Expression; readonly timeout?: number; readonly asks?: ElementTest }
  /** The bit of the connection's label is set; `set` sets it, and does nothing where there is no connection. */
  | { readonly kind: 'label'; readonly bit: number; readonly negated: boolean }
  | { readonly kind: 'set-label'; readonly bit: number }
  /** The connection was expected by one whose helper has one of these names; false where there is no such helper, negated too. */
  | { readonly kind: 'helper'; readonly names: readonly string[]; readonly negated: boolean }
  /** Of the fingerprints that fit, the first is of one of these systems, `unknown` where none fits; false of what is no SYN of TCP, negated too. */
  | { readonly kind: 'osf'; readonly names: readonly string[]; readonly ttl?: 'loose' | 'skip'; readonly negated: boolean }
  | { readonly kind: 'counter'; readonly packets: bigint; readonly bytes: bigint }
  | { readonly kind: 'log'; readonly log: NftLog }
  | { readonly kind: 'set'; readonly target: SetTarget; readonly value: Expression }
  | { readonly kind: 'nat'; readonly nat: NftNat }
  | { readonly kind: 'notrack' }
  | { readonly kind: 'ct-helper'; readonly name: string }
  /** Counts in a counter of the table. */
  | { readonly kind: 'account'; readonly name: string }
  | { readonly kind: 'ct-events'; readonly events: readonly string[] }
  | { readonly kind: 'ct-zone'; readonly zone: number; readonly direction?: 'original' | 'reply' }
  | { readonly kind: 'reject'; readonly with: RejectType }
  /** A copy goes to this host. */
  | { readonly kind: 'dup'; readonly address: bigint; readonly device?: string }
  /** Gives the packet to a socket; where there is none the rule breaks off. */
  | { readonly kind: 'tproxy'; readonly address?: bigint; readonly port?: number }
  | { readonly kind: 'queue'; readonly min: number; readonly max: number; readonly bypass?: true; readonly fanout?: true }
  | { readonly kind: 'synproxy'; readonly proxy: NftSynproxy }
  /** The first TCP option of this kind becomes no-operations. */
  | { readonly kind: 'reset-option'; readonly option: number }
  | { readonly kind: 'verdict'; readonly verdict: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** What an element of a dynamic set keeps for its key. Without `over`: there are no more connections, the rate is kept. */
export type ElementTest =
  | { readonly kind: 'connections'; readonly limit: number; readonly over: boolean }
  | { readonly kind: 'packets'; readonly rate: number; readonly unit: LimitUnit; readonly burst: number; readonly over: boolean }
  /** `rate` and `burst` in bytes. */
  | { readonly kind: 'bytes'; readonly rate: number; readonly unit: LimitUnit; readonly burst: number; readonly over: boolean };

export type StatementKind = Statement['kind'];
export type StatementOf<K extends StatementKind> = Extract<Statement, { readonly kind: K }>;

/** How `osf ttl` compares; without it the TTLs are equal. */
export const osfComparisons = { loose: 'at-most', skip: 'any' } as const;

export type Existence =
  | { readonly kind: 'exthdr'; readonly header: ExthdrName }
  | { readonly kind: 'tcp-option'; readonly option: number }
  /** `meta ipsec`, `rt ipsec`. */
  | { readonly kind: 'ipsec'; readonly direction: 'in' | 'out' }
  /** `fib saddr . iif oif`: `via` looks for a route over the interface that the packet came by. */
  | { readonly kind: 'way-back'; readonly via: boolean; readonly mark: boolean }
  | { readonly kind: 'sctp-chunk'; readonly name: string; readonly type: number };

export type LimitUnit = 'second' | 'minute' | 'hour' | 'day';

export type SetTarget =
  | Payload
  | { readonly kind: 'meta'; readonly key: 'mark' | 'priority' | 'nftrace' | 'secmark' }
  | { readonly kind: 'ct'; readonly key: 'mark' | 'secmark' }
  | { readonly kind: 'tcp-option'; readonly option: number; readonly field: 'size' };

/** What a connection may agree on. */
export interface NftSynproxy {
  readonly mss?: number;
  readonly windowScale?: number;
  readonly timestamp?: true;
  readonly sackPermitted?: true;
}

/** `group` absent: the kernel log. */
export interface NftLog {
  readonly prefix?: string;
  readonly group?: number;
  readonly size?: number;
  readonly threshold?: number;
  readonly level?: number;
  readonly tcpSequence?: true;
  readonly tcpOptions?: true;
  readonly ipOptions?: true;
  readonly uid?: true;
  readonly macdecode?: true;
  /** A record for the audit system, and nothing else. */
  readonly audit?: true;
}

/** `prefix`: the addresses are a network whose host bits stay those of the packet. `portMap`: the port comes from a map of another. */
export interface NftNat {
  readonly kind: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  readonly addresses?: Interval;
  readonly prefix?: number;
  readonly ports?: { readonly min: number; readonly max: number };
  readonly portMap?: Extract<Expression, { readonly kind: 'map' }>;
  readonly random?: true;
  readonly fullyRandom?: true;
  readonly persistent?: true;
}

export const verdict = (v: 'accept' | 'drop' | 'return' | 'continue'): Statement => ({ kind: 'verdict', verdict: v });
export const single = (value: bigint | number): Interval => ({ min: BigInt(value), max: BigInt(value) });

/** `left` equals one value, or lies in one of the intervals. */
export const match = (left: Expression, intervals: readonly Interval[], negated = false): Statement => ({
  kind: 'match', left, negated, right: { kind: 'intervals', intervals },
});
