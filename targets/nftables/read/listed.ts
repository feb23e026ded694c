import type { ExternalJump, Family, Interval, Source, TableName } from '../../../src/ir/index.js';
import type { Expression, NftBase, NftHelper, Origin, Statement, StatementOf } from '../ast.js';

/**
 * Rule sets as nft lists them, other people's too: the tree that this target writes (`../ast.ts`, every one of which is also one of
 * these) and what it never writes. Nothing in a listing is left out: what has no node of its own is `opaque`, under its own text.
 */
export interface ListedScript {
  readonly tables: readonly ListedTable[];
}

/** A table of family `inet` comes twice, once for each family, with `inet` set. `origin`: it carries a table of an iptables rule set. */
export interface ListedTable {
  readonly family: Family;
  readonly name: string;
  readonly origin?: TableName;
  readonly inet?: true;
  readonly sets: readonly ListedSet[];
  readonly maps?: readonly ListedMap[];
  readonly helpers: readonly NftHelper[];
  readonly chains: readonly ListedChain[];
}

/** One key of an element. `prefix`: every interface name that begins with it. */
export type ListedPart = Interval | { readonly name: string; readonly prefix?: boolean };

/** `dynamic`: rules add elements, so what it holds is a state. `unread`: what it holds at first was not understood. */
export interface ListedSet {
  readonly name: string;
  readonly dynamic?: true;
  readonly unread?: true;
  /** `seconds`: after which one goes. */
  readonly elements: readonly { readonly parts: readonly ListedPart[]; readonly seconds?: number }[];
}

/** A named verdict map. */
export interface ListedMap {
  readonly name: string;
  readonly entries: readonly MapEntry[];
}

export type VerdictStatement = StatementOf<'verdict'> | Extract<Statement, { readonly kind: 'jump' | 'goto' }>;

export interface MapEntry {
  readonly parts: readonly ListedPart[];
  readonly verdict: VerdictStatement;
}

export interface ListedChain {
  readonly name: string;
  readonly base?: NftBase;
  readonly rules: readonly ListedRule[];
}

/** `handle` is nft's own number for the rule. */
export interface ListedRule {
  readonly statements: readonly ListedStatement[];
  readonly comment?: string;
  readonly origin?: Origin;
  readonly source?: Source;
  readonly handle?: number;
}

/** `ranged`: the one value was written as a range, which nft never merges with another comparison. */
export type ListedStatement =
  | (Statement & { readonly ranged?: boolean })
  /** The TCP header is whole, its options too: see `raise/whole-tcp.ts`. */
  | { readonly kind: 'whole-tcp' }
  | MarkBits
  /** A jump of iptables that several statements make together: see `raise/external-jump.ts`. */
  | { readonly kind: 'outside'; readonly jump: ExternalJump }
  /** A test that the family of the table decides. */
  | { readonly kind: 'constant'; readonly holds: boolean }
  /** A comparison with elements that are no plain numbers: concatenations, interface names. */
  | { readonly kind: 'compare'; readonly left: Expression; readonly negated: boolean; readonly elements: readonly (readonly ListedPart[])[] }
  /** A verdict map, here or in the table under a name. */
  | { readonly kind: 'choice'; readonly key: Expression; readonly entries: readonly MapEntry[] | { readonly named: string } }
  | Opaque;

/** `to ^ (from & mask)`, the latter shifted to the left by `shift` bits, to the right where it is negative: see `raise/mark-bits.ts`. */
export interface MarkBits {
  readonly kind: 'mark-bits';
  readonly from: 'packet.mark' | 'ct.mark';
  readonly to: 'packet.mark' | 'ct.mark';
  readonly mask: bigint;
  readonly shift: number;
}

/**
 * What no node says, under its normalised text. `test`: whether the rule goes on hangs on it. `effect`: it does something, and the
 * rule goes on. `end`: it does something, and the packet leaves the table. `tracks`: it turns connection tracking on. `writes`: a
 * field that it changes to something not known. `untold`: nft lists two different tests alike.
 */
export interface Opaque {
  readonly kind: 'opaque';
  readonly role: 'test' | 'effect' | 'end';
  readonly identity: string;
  readonly tracks?: true;
  readonly writes?: 'packet.mark' | 'ct.mark' | 'header';
  readonly untold?: true;
}
