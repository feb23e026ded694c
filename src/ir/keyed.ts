import type { Field } from './core.js';
import type { Nature } from './external.js';

/** Tests that look up what a packet is known by in a table, most of which they change. */
export type KeyedTest =
  /** More connections than `limit` are open under the key, the packet's own among them. */
  | { readonly kind: 'connlimit'; readonly key: Key; readonly limit: number }
  /** A packet under its key keeps to the rate. A key that was not asked for `expire` seconds begins anew. */
  | { readonly kind: 'meter'; readonly table: StateTable; readonly key: Key; readonly rate: MeterRate; readonly expire: number }
  /** Holds always: puts the key into the table, for so many seconds from now or for good. */
  | { readonly kind: 'remember'; readonly table: StateTable; readonly key: Key; readonly seconds?: number }
  /** Holds always: puts the key into the table, where it is not in it yet. */
  | { readonly kind: 'enter'; readonly table: StateTable; readonly key: Key; readonly seconds?: number }
  /** The key is in the table. */
  | { readonly kind: 'listed'; readonly table: StateTable; readonly key: Key }
  /** Holds always: takes the key out of the table. */
  | { readonly kind: 'forget'; readonly table: StateTable; readonly key: Key };

/** What a packet is known by: fields, each under its mask. A mask of 0 makes all packets one. */
export type Key = readonly KeyPart[];
export interface KeyPart {
  readonly field: Extract<Field, 'ip.source' | 'ip.destination' | 'ip.protocol' | 'transport.source-port' | 'transport.destination-port'>;
  readonly mask: bigint;
}

/**
 * A table of keys that several rules may look at: the name that the rules give it, and which of the tables behind that name. Of a
 * table in nft that carries none of iptables the role is empty.
 */
export interface StateTable {
  readonly name: string;
  readonly role: string;
  /** What it holds before the first packet, in the order of the keys; nothing unless given. */
  readonly given?: readonly GivenKey[];
}

/** Of a set's tables the one whose elements are of protocols without ports; that of all others has none. */
export const portlessRole = 'other';

/** Whether the table holds elements of a set that was given, and not only what packets put into it. */
export const isOfSet = ({ role }: StateTable): boolean => role === '' || role === portlessRole;

/** `key`: its parts as numbers, a blank between them. It goes after so many seconds, or stays. */
export interface GivenKey {
  readonly key: string;
  readonly seconds?: number;
}

/** What a table holds at first, as all that looks at it has it. */
export function givenKeys(elements: readonly { readonly parts: readonly bigint[]; readonly seconds?: number }[]): Pick<StateTable, 'given'> {
  const keys = elements.map(({ parts, ...more }): GivenKey => ({ key: parts.join(' '), ...more }));
  return keys.length === 0 ? {} : { given: keys.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}

/** A packet costs `interval` microseconds (rounded down), at most `burst` of them saved up; or its bytes of `speed` a second, and `burst` beyond. */
export type MeterRate =
  | { readonly unit: 'packets'; readonly interval: number; readonly burst: number }
  | { readonly unit: 'bytes'; readonly speed: number; readonly burst: number };

export const keyWords = (key: Key): string => key.map(({ field, mask }) => `${field}/0x${mask.toString(16)}`).join(' . ');

const looksAt: readonly Field[] = ['ip.source', 'ip.destination', 'ip.protocol', 'transport.source-port', 'transport.destination-port'];
const list: Nature = { state: true, looksAt, words: 'a list of addresses' };
const change: Nature = { ...list, always: true };

export const keyedTests: { readonly [K in KeyedTest['kind']]: Nature } = {
  connlimit: { state: true, looksAt, words: 'the number of connections' },
  meter: { state: true, looksAt, words: 'a rate for each address' },
  remember: change,
  enter: change,
  listed: list,
  forget: change,
};
