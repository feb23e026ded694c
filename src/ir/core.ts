import type { Family } from './address.js';
import type { AssumptionId } from './assumptions.js';
import type { CtStateFlag } from './conntrack.js';
import type { ExternalTest } from './external.js';
import type { ExternalJump } from './external-jump.js';
import type { Hook, TableName } from './hook.js';
import type { CtJump, DnatJump, LogJump, MasqueradeJump, NetmapJump, NflogJump, RedirectJump, RejectType, Shift, SnatJump } from './jump.js';
import type { AddressType, SctpChunk } from './match.js';
import type { Counters } from './ruleset.js';
import type { NamedSet } from './set.js';
import type { Source } from './source.js';
import type { InterfacePattern } from './test.js';

/**
 * The core language: what every match and jump is lowered to, and all that targets see. Dozens of extensions become a handful of
 * predicates over packet, metadata and state. What makes xtables exact is explicit here: a rule is a list of steps, and a step
 * may be a guard ("not a later fragment"; "the header is whole, else the packet is dropped outright").
 */
export interface CoreProgram {
  readonly rulesets: readonly CoreRuleset[];
  readonly sets: readonly NamedSet[];
  /** What sets hold at first that rules change, as tables of keys by their names. */
  readonly changing?: readonly NamedSet[];
}

export interface CoreRuleset {
  readonly family: Family;
  readonly file: string;
  /** Something in this family's rules turns connection tracking on, hence defragmentation and the nat table, at every hook. */
  readonly tracking: boolean;
  /** Without it: something has fragments put together all the same, at every hook (a test for sockets, TPROXY). */
  readonly reassembly?: true;
  readonly tables: readonly CoreTable[];
}

export interface CoreTable {
  readonly name: TableName;
  readonly chains: readonly CoreChain[];
}

export interface CoreChain {
  readonly name: string;
  /** Present in base chains. */
  readonly base?: {
    readonly hook: Hook;
    readonly policy: 'ACCEPT' | 'DROP';
    readonly counters: Counters;
    /** Where an nft chain stands at its hook: lower runs first. Absent: where xtables has the table. */
    readonly priority?: number;
  };
  readonly rules: readonly CoreRule[];
}

/** Whether rules see packets put together: connection tracking wants them so too. */
export const reassembles = ({ tracking, reassembly }: Pick<CoreRuleset, 'tracking' | 'reassembly'>): boolean => tracking || reassembly === true;

/** Steps run in order; the first test that fails ends the rule. `position` counts within the chain from 1. */
export interface CoreRule {
  readonly source: Source;
  readonly position: number;
  /** From 1: the rule does what a match of the one behind it at this position does by itself. It is not counted. */
  readonly part?: number;
  readonly steps: readonly Step[];
  readonly action: Action;
  readonly comments: readonly string[];
  readonly counters?: Counters;
}

/**
 * `exactUnder`: conditions under which the step says what the input does; a target names them or refuses the rule.
 * `test`: when false the rule does not match. `require`: when false the packet is dropped at once, whatever the policy (hotdrop);
 * where it is `late`, what follows still runs as if it were true, the action's side effects too, and the packet is dropped then.
 * `assumption` marks a guard: under that assumption it is always true, and a target may leave it out by naming the assumption.
 * `refuse`: no core predicate says this test; every target refuses the rule, naming `extension`. `identity` is its normalised text.
 * `source` is the match or option the step came from.
 */
export type Step =
  | { readonly kind: 'test'; readonly predicate: Predicate; readonly source: Source; readonly assumption?: AssumptionId; readonly exactUnder?: { readonly extension: string; readonly assumptions: readonly AssumptionId[] } }
  | { readonly kind: 'require'; readonly predicate: Predicate; readonly source: Source; readonly assumption: AssumptionId; readonly late?: true }
  | { readonly kind: 'refuse'; readonly extension: string; readonly reason: string; readonly hint?: string; readonly source: Source; readonly identity?: string };

/** Inclusive; ranges of a predicate are ascending, disjoint and not adjacent. */
export interface Interval {
  readonly min: bigint;
  readonly max: bigint;
}

export type Predicate =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Predicate[] }
  | { readonly kind: 'not'; readonly operand: Predicate }
  /** `field & mask` lies in one of the intervals. Only where the field can be read: a `present` step stands before. */
  | { readonly kind: 'field'; readonly field: Field; readonly mask: bigint; readonly intervals: readonly Interval[] }
  | { readonly kind: 'present'; readonly what: Presence }
  | { readonly kind: 'interface'; readonly direction: 'in' | 'out'; readonly pattern: InterfacePattern }
  /** Any of the states or status bits. INVALID is also true where nothing is attached (raw, before tracking). */
  | { readonly kind: 'ct-state'; readonly states: readonly CtStateFlag[] }
  | { readonly kind: 'address-type'; readonly address: 'source' | 'destination'; readonly types: readonly AddressType[]; readonly via?: 'in' | 'out' }
  | { readonly kind: 'set'; readonly set: string; readonly dimensions: readonly ('src' | 'dst')[]; readonly nomatch: boolean }
  /** The TCP option list holds this kind, walked as xtables walks it. */
  | { readonly kind: 'tcp-option'; readonly option: number }
  /** The MSS option is there (length 4) and in the interval. */
  | { readonly kind: 'tcp-mss'; readonly interval: Interval }
  | { readonly kind: 'sctp-chunks'; readonly scope: 'all' | 'any' | 'only'; readonly chunks: readonly SctpChunk[] }
  /** State of its own: never assumed true, never evaluated twice for a packet, never reordered. `identity` is the normalised text. */
  | { readonly kind: 'limit'; readonly identity: string; readonly interval: number; readonly burst: number }
  | { readonly kind: 'random'; readonly identity: string; readonly probability: number }
  | { readonly kind: 'nth'; readonly identity: string; readonly every: number; readonly packet: number }
  /** What no field answers: see `external.ts`. */
  | { readonly kind: 'external'; readonly test: ExternalTest };

export type PredicateKind = Predicate['kind'];
export type PredicateOf<K extends PredicateKind> = Extract<Predicate, { readonly kind: K }>;

/** Under it, no later fragment comes to a rule. */
export type FragmentAssumption = Extract<AssumptionId, 'no-later-fragments' | 'no-nested-fragments'>;

/** IPv6 extension headers that rules look for, by their protocol numbers; the fields of the first one found are `HEADER.…`. */
export const extensionHeaders = { 'hop-by-hop': 0, 'routing': 43, 'fragment': 44, 'destination-options': 60 } as const;
export type ExtensionHeader = keyof typeof extensionHeaders;

/**
 * Whether something that a field lives in is there at all. `laterFragments`: no step kept later fragments away although they can
 * come here, so the steps that follow read one as xtables does: IPv4 takes the fragment's data for the transport header, IPv6 the
 * IPv6 header itself (its offset stays 0). A target that reads elsewhere names this assumption or refuses the rule.
 */
export type Presence =
  /** The chain of IPv6 extension headers could be walked to its end. Always true in IPv4. */
  | { readonly kind: 'protocol' }
  /** The transport header holds at least this many bytes. */
  | { readonly kind: 'transport'; readonly bytes: number; readonly laterFragments?: FragmentAssumption }
  /** The TCP header with its options is whole and its data offset is at least 5. */
  | { readonly kind: 'tcp-options'; readonly laterFragments?: FragmentAssumption }
  /** Looking for an IPv6 authentication header, no header on the way is cut off, and it is there to its own length and at least 12 bytes. */
  | { readonly kind: 'ah-intact' }
  /** An authentication header is among the IPv6 extension headers (only behind `ah-intact`). */
  | { readonly kind: 'ah' }
  /** Looking for this IPv6 extension header, no header on the way is cut off. */
  | { readonly kind: 'extension-walk'; readonly header: ExtensionHeader }
  /** The first such header among the IPv6 extension headers, this side of a later fragment's data; `bytes`: and so much of it is there, or all of its own length. */
  | { readonly kind: 'extension'; readonly header: ExtensionHeader; readonly bytes?: number | 'whole' }
  /** The walk over the chunks of an SCTP packet came to its decision before a cut-off chunk or one of length 0. */
  | { readonly kind: 'sctp-chunks'; readonly scope: 'all' | 'any' | 'only'; readonly chunks: readonly SctpChunk[] }
  /** The packet has a connection entry (not INVALID, not UNTRACKED). */
  | { readonly kind: 'connection' }
  /** A local socket with a file behind it sends the packet. */
  | { readonly kind: 'socket' }
  /** A socket of the kernel's own sends the packet (its ICMP answers); it has no owner. */
  | { readonly kind: 'kernel-socket' }
  /** The packet has an Ethernet header. */
  | { readonly kind: 'ethernet' };

/** Width in bits of every field, and what must be present to read it. Transport fields name their bit offset in the header. */
export const fields = {
  'ip.source': { bits: 'address' },
  'ip.destination': { bits: 'address' },
  /** The whole TOS byte or traffic class. */
  'ip.tos': { bits: 8 },
  'ip.ttl': { bits: 8 },
  /** Total length of the packet in bytes, IPv6 with its fixed header (so up to 65575). */
  'ip.length': { bits: 16 },
  /** IPv4 protocol; IPv6 the first header that is no extension header (AH is one here). */
  'ip.protocol': { bits: 8 },
  /** In units of 8 bytes; 0 in unfragmented packets. IPv6: of the fragment header at which the walk ended. */
  'ip.fragment-offset': { bits: 13 },
  'transport.source-port': { bits: 16, offset: 0 },
  'transport.destination-port': { bits: 16, offset: 16 },
  /** Byte 13 of the TCP header: CWR ECE URG ACK PSH RST SYN FIN. */
  'tcp.flags': { bits: 8, offset: 104 },
  'icmp.type': { bits: 8, offset: 0 },
  'icmp.code': { bits: 8, offset: 8 },
  'esp.spi': { bits: 32, offset: 0 },
  /** IPv4: transport; IPv6: wherever the walk finds the header. */
  'ah.spi': { bits: 32, offset: 32 },
  /** Bytes of the whole header (IPv6). */
  'ah.length': { bits: 11 },
  'ah.reserved': { bits: 16 },
  /** 10 to 15 are one type to iptables. */
  'dccp.type': { bits: 4, offset: 67 },
  'ipcomp.cpi': { bits: 16, offset: 16 },
  'mobility.next-header': { bits: 8, offset: 0 },
  'mobility.type': { bits: 8, offset: 16 },
  /** Of the options headers and the routing header: in units of 8 bytes, the first 8 not counted. */
  'hop-by-hop.length': { bits: 8 },
  'destination-options.length': { bits: 8 },
  'routing.next-header': { bits: 8 },
  'routing.length': { bits: 8 },
  'routing.type': { bits: 8 },
  'routing.segments-left': { bits: 8 },
  /** Bytes 4 to 8: what type 0 keeps for later, and segment routing (type 4) fills so. */
  'routing.last-entry': { bits: 8 },
  'routing.flags': { bits: 8 },
  'routing.tag': { bits: 16 },
  /** The first two addresses behind them. */
  'routing.address-1': { bits: 128 },
  'routing.address-2': { bits: 128 },
  'fragment.reserved': { bits: 8 },
  /** In units of 8 bytes; of the first fragment header, unlike `ip.fragment-offset`. */
  'fragment.offset': { bits: 13 },
  'fragment.reserved-bits': { bits: 2 },
  'fragment.more': { bits: 1 },
  'fragment.id': { bits: 32 },
  'packet.mark': { bits: 32 },
  /** 0 unicast, 1 broadcast, 2 multicast, 3 for another host. */
  'packet.type': { bits: 3 },
  'ethernet.source': { bits: 48 },
  'socket.uid': { bits: 32 },
  'socket.gid': { bits: 32 },
  /** The class that net_cls gave the control group of the socket. */
  'socket.class': { bits: 32 },
  /** The mark (SO_MARK) of the open socket that would take the packet; only where that is one of a connection or listens. */
  'socket.mark': { bits: 32 },
  /** The number of the processor that handles the packet. */
  'host.processor': { bits: 32 },
  /** Realms of the packet's route: that of the source in the high half, of the destination in the low. */
  'route.realm': { bits: 32 },
  /** Groups of the interfaces (`ip link set group`); only where there is the interface. */
  'device.in-group': { bits: 32 },
  'device.out-group': { bits: 32 },
  /** Whole seconds since 1970. */
  'clock.seconds': { bits: 32 },
  /** Seconds since midnight, UTC. */
  'clock.of-day': { bits: 17 },
  /** 0 Sunday to 6 Saturday, UTC. */
  'clock.weekday': { bits: 3 },
  'ct.mark': { bits: 32 },
  /** 0 original, 1 reply. */
  'ct.direction': { bits: 1 },
  /** The kernel's status bits. */
  'ct.status': { bits: 32 },
  'ct.protocol': { bits: 8 },
  'ct.original-source': { bits: 'address' },
  'ct.original-destination': { bits: 'address' },
  'ct.reply-source': { bits: 'address' },
  'ct.reply-destination': { bits: 'address' },
  'ct.original-source-port': { bits: 16 },
  'ct.original-destination-port': { bits: 16 },
  'ct.reply-source-port': { bits: 16 },
  'ct.reply-destination-port': { bits: 16 },
  /** Seconds until the entry expires. */
  'ct.expiration': { bits: 32 },
  /** What the connection has carried, this packet too: packets, bytes, and bytes by packets (0 where there are none). */
  'ct.original-packets': { bits: 64 },
  'ct.original-bytes': { bits: 64 },
  'ct.original-average': { bits: 64 },
  'ct.reply-packets': { bits: 64 },
  'ct.reply-bytes': { bits: 64 },
  'ct.reply-average': { bits: 64 },
  'ct.packets': { bits: 64 },
  'ct.bytes': { bits: 64 },
  'ct.average': { bits: 64 },
} as const satisfies Record<string, { readonly bits: number | 'address'; readonly offset?: number }>;
export type Field = keyof typeof fields;

type Holder = Field extends `${infer H}.${string}` ? H : never;
const holders: { readonly [H in Holder]: 'bytes' | 'kernel' } = {
  'ip': 'bytes', 'transport': 'bytes', 'tcp': 'bytes', 'icmp': 'bytes', 'esp': 'bytes', 'ah': 'bytes', 'dccp': 'bytes', 'ipcomp': 'bytes', 'mobility': 'bytes',
  'hop-by-hop': 'bytes', 'destination-options': 'bytes', 'routing': 'bytes', 'fragment': 'bytes',
  'packet': 'kernel', 'ethernet': 'kernel', 'socket': 'kernel', 'host': 'kernel', 'route': 'kernel', 'device': 'kernel', 'clock': 'kernel', 'ct': 'kernel',
};

/** Fields that lie in the packet's own bytes, from the IP header on, and not in what the kernel keeps beside them (the frame is beside them too). */
export const headerFields: readonly Field[] = (Object.keys(fields) as Field[]).filter((field) => holders[field.slice(0, field.indexOf('.')) as Holder] === 'bytes');

/** Fields that lie in an extension header. */
export type ExtensionField = Extract<Field, `${ExtensionHeader}.${string}`>;

/** Where they lie: the header, and the bits behind its beginning. */
export const extensionPlaces: { readonly [F in ExtensionField]: { readonly header: ExtensionHeader; readonly offset: number } } = {
  'hop-by-hop.length': { header: 'hop-by-hop', offset: 8 },
  'destination-options.length': { header: 'destination-options', offset: 8 },
  'routing.next-header': { header: 'routing', offset: 0 },
  'routing.length': { header: 'routing', offset: 8 },
  'routing.type': { header: 'routing', offset: 16 },
  'routing.segments-left': { header: 'routing', offset: 24 },
  'routing.last-entry': { header: 'routing', offset: 32 },
  'routing.flags': { header: 'routing', offset: 40 },
  'routing.tag': { header: 'routing', offset: 48 },
  'routing.address-1': { header: 'routing', offset: 64 },
  'routing.address-2': { header: 'routing', offset: 192 },
  'fragment.reserved': { header: 'fragment', offset: 8 },
  'fragment.offset': { header: 'fragment', offset: 16 },
  'fragment.reserved-bits': { header: 'fragment', offset: 29 },
  'fragment.more': { header: 'fragment', offset: 31 },
  'fragment.id': { header: 'fragment', offset: 32 },
};
export const isExtensionField = (field: Field): field is ExtensionField => Object.hasOwn(extensionPlaces, field);

/** Fields of what a connection has carried. */
export type CountField = Extract<Field, `ct.${string}${'packets' | 'bytes' | 'average'}`>;

/** What they count, and of which packets; without a direction of all. */
export const counts: { readonly [F in CountField]: { readonly unit: 'packets' | 'bytes' | 'average'; readonly direction?: 'original' | 'reply' } } = {
  'ct.original-packets': { unit: 'packets', direction: 'original' },
  'ct.original-bytes': { unit: 'bytes', direction: 'original' },
  'ct.original-average': { unit: 'average', direction: 'original' },
  'ct.reply-packets': { unit: 'packets', direction: 'reply' },
  'ct.reply-bytes': { unit: 'bytes', direction: 'reply' },
  'ct.reply-average': { unit: 'average', direction: 'reply' },
  'ct.packets': { unit: 'packets' },
  'ct.bytes': { unit: 'bytes' },
  'ct.average': { unit: 'average' },
};
export const isCountField = (field: Field): field is CountField => Object.hasOwn(counts, field);

/** Width in bits of a field in one family. */
export function fieldBits(field: Field, family: Family): number {
  if (field === 'ip.length' && family === 6) return 17;
  const bits = fields[field].bits;
  return bits === 'address' ? (family === 4 ? 32 : 128) : bits;
}

/** What a rule does when all its steps hold. */
export type Action =
  /** Nothing but counting, or a jump that only has effects below. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'reject'; readonly with: RejectType }
  | { readonly kind: 'log'; readonly log: LogJump }
  | { readonly kind: 'nflog'; readonly nflog: NflogJump }
  | { readonly kind: 'assign'; readonly to: AssignableField; readonly value: Assignment }
  | { readonly kind: 'nat'; readonly nat: SnatJump | DnatJump | MasqueradeJump | RedirectJump | NetmapJump }
  | { readonly kind: 'notrack' }
  | { readonly kind: 'ct'; readonly ct: CtJump }
  | { readonly kind: 'tcpmss'; readonly mss: number | 'clamp-to-pmtu' }
  /** Its meaning is in `externalMeaning`. */
  | { readonly kind: 'outside'; readonly jump: ExternalJump }
  /** `writes`: what is not known afterwards; `header` stands for every header field. `changes`: what holds otherwise for later rules. */
  | { readonly kind: 'refuse'; readonly extension: string; readonly reason: string; readonly hint?: string; readonly identity?: string; readonly writes?: 'packet.mark' | 'ct.mark' | 'header'; readonly changes?: 'sets' };

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { readonly kind: K }>;

/** Marks that can be copied. */
export type MarkField = 'packet.mark' | 'ct.mark' | 'socket.mark';

export type AssignableField = 'packet.mark' | 'ct.mark' | 'ip.tos' | 'ip.ttl' | 'tcp.flags';

/** How the new value comes about; all on the width of the field. Without a connection entry, what reads or writes `ct.mark` does nothing. */
export type Assignment =
  /** `(old & ~mask) ^ value`, shifted last when `shift` is given. */
  | { readonly kind: 'xor'; readonly mask: number; readonly value: number; readonly shift?: Shift }
  /** `(old & ~toMask) ^ (from & fromMask)`, shifted first when `shift` is given. */
  | {
      readonly kind: 'copy';
      readonly from: MarkField;
      readonly fromMask: number;
      readonly toMask: number;
      readonly shift?: Shift;
    }
  /** Saturates at 0 and at the field's maximum. */
  | { readonly kind: 'add'; readonly amount: number };

