import type { Field } from './core.js';
import { identityOf } from './identity.js';
import { type Key, type KeyedTest, keyedTests, keyWords } from './keyed.js';
import { type ScanTest, scanTests } from './scan.js';

/**
 * Tests that no field answers: each looks at a state of its own (an account, a table of addresses, the host's sockets, routes or
 * clock). The proof does not look into them: one normalised node, read from iptables or from nft, is one question to both sides.
 * Nodes hold what decides the answer and nothing else; never a negation, which stands around them as `not`.
 */
export type ExternalTest =
  | ScanTest
  | KeyedTest
  /** Holds until packets of this many bytes in all have come to it; the first that does not fit empties it. */
  | { readonly kind: 'quota'; readonly bytes: bigint };

export type ExternalKind = ExternalTest['kind'];
export type ExternalOf<K extends ExternalKind> = Extract<ExternalTest, { readonly kind: K }>;

export interface Nature {
  /** Asking changes what later packets meet: never asked twice for a packet, never reordered, each rule has a state of its own. */
  readonly state: boolean;
  /** What a rule may write in between so that the answer is another one. */
  readonly looksAt: 'nothing' | 'everything' | readonly Field[];
  /** In a few words, as the subject of a reason. */
  readonly words: string;
}

export const externalTests: { readonly [K in ExternalKind]: Nature } = {
  ...scanTests,
  ...keyedTests,
  quota: { state: true, looksAt: 'nothing', words: 'a quota' },
};

/** In words that a reader understands; one text for tests that ask the same: `quota bytes 1000`, `connlimit key ip.source/0xffffff00 limit 3`. */
export const externalText = ({ kind, ...rest }: ExternalTest): string =>
  [kind, ...Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name} ${name === 'key' ? keyWords(value as Key) : typeof value === 'object' ? identityOf(value) : JSON.stringify(value, plain)}`)].join(' ');

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const externalKey = (test: ExternalTest): string => `external ${externalText(test)}`;
