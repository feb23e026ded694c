import type { Family, Fingerprint, HashlimitMatch, Hook, MatchKind, MatchOf, JumpKind, JumpOf, Socket, TableName } from '../../src/ir/index.js';
import type { HostView, LivePacket, TableVerdict } from '../../src/stack/index.js';
import type { LimitTable } from './limit-table.js';
import type { RecentList } from './recent-list.js';
import type { LiveSets } from './sets.js';

/** A packet at a table, as matches see it: xtables' action parameters. */
export interface Evaluation {
  packet: LivePacket;
  host: HostView;
  hook: Hook;
  table: TableName;
  /** Offset of the transport header; in IPv6 known only behind a `-p`, and 0 on later fragments. */
  transport: number;
  /** Not 0 on later fragments: IPv4 in units of 8 bytes, IPv6 in bytes (and only behind a `-p`). */
  fragment: number;
  /** A match has condemned the packet: it is dropped when this rule is done with, whatever the rule says. */
  hotdrop: boolean;
}

/** Whether one match holds. May set `hotdrop`. */
export type Test = (evaluation: Evaluation) => boolean;

/** What a jump does. Undefined: the next rule. */
export type Effect = (evaluation: Evaluation) => TableVerdict | undefined;

/** Meaning that hangs on what the interpreter does not model. */
export interface Opaque {
  readonly kind: 'unknown';
  /** Completes "the packet's fate hangs on NAME, ...". */
  readonly reason: string;
}

/** State that outlives a packet: tokens, counters, lists of addresses, the random stream. */
export interface Runtime {
  /** Registers state to be forgotten on `reset`. */
  onReset(reset: () => void): void;
  /** 31 random bits of the seeded stream. */
  random(): number;
  /** The list of `-m recent` by its name; the mask is that of who asks first, `stamps` the most that anybody asks for. */
  recentList(name: string, mask: bigint, stamps: number): RecentList;
  /** The table of `-m hashlimit` by its name; its rate and key are those of who asks first. */
  limitTable(match: HashlimitMatch): LimitTable;
}

/** What a match or jump may look at when it is compiled. */
export interface Compilation {
  readonly family: Family;
  readonly sets: LiveSets;
  /** Not known unless given. */
  readonly fingerprints?: readonly Fingerprint[];
  readonly runtime: Runtime;
  /** What is open on the host; undefined where nobody says. */
  readonly sockets?: readonly Socket[];
}

export type MatchMeaning<K extends MatchKind> = (match: MatchOf<K>, compilation: Compilation) => Test | Opaque;
export type JumpMeaning<K extends JumpKind> = (jump: JumpOf<K>, compilation: Compilation) => Effect | Opaque;

export type MatchMeanings = { readonly [K in MatchKind]: MatchMeaning<K> };
/** Verdicts and chains are the traversal's own. */
export type ExtensionJumpKind = Exclude<JumpKind, 'accept' | 'drop' | 'return' | 'chain' | 'goto'>;
export type JumpMeanings = { readonly [K in ExtensionJumpKind]: JumpMeaning<K> };

export const opaque = (reason: string): Opaque => ({ kind: 'unknown', reason });

/** The bytes from the transport header on are there. */
export const hasTransport = ({ packet, transport }: Evaluation, length: number): boolean => transport + length <= packet.bytes.length;

/** Condemns the packet and fails the match. */
export function condemn(evaluation: Evaluation): false {
  evaluation.hotdrop = true;
  return false;
}

