import type { AssumptionId } from './assumptions.js';
import type { Field } from './core.js';
import type { TtlComparison } from './fingerprint.js';
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
  | { readonly kind: 'quota'; readonly bytes: bigint }
  /** The clock stands at the first instant of a second. */
  | { readonly kind: 'whole-second' }
  /** The connection was expected by another, and that one's helper has this name; without a name: has any. */
  | { readonly kind: 'helper'; readonly name?: string }
  /** IPsec has been taken off the packet (`in`), or will be put on (`out`). */
  | { readonly kind: 'ipsec'; readonly direction: 'in' | 'out' }
  /** There is this layer of IPsec, counted from 0 on the outside; with a part: and its number is this one. */
  | { readonly kind: 'ipsec-layer'; readonly direction: 'in' | 'out'; readonly layer: number; readonly part?: 'reqid' | 'spi'; readonly value?: number }
  /**
   * There is a route back to the packet's source, to one or to all, over the interface it came in by unless `loose`; or it came in over
   * `lo`, or is of IPv4 from nobody to all or a group of the link. `mark`: routing looks at the packet's mark.
   */
  | { readonly kind: 'way-back'; readonly loose: boolean; readonly mark: boolean }
  /** A socket of this host would take the packet, or sends it; it is bound by a transparent proxy; is one of a connection or listens; the latter to every address. */
  | { readonly kind: 'open-socket'; readonly what: 'any' | 'transparent' | 'full' | 'wildcard' }
  /** The bit of the connection's label is set. With `set` it is set, where there is a connection, and the test always holds. */
  | { readonly kind: 'label'; readonly bit: number; readonly set: boolean }
  /** The source of the connection falls to one of these nodes, bit n for node n+1, by the kernel's hash. */
  | { readonly kind: 'cluster'; readonly nodes: number; readonly total: number; readonly seed: number }
  /** Counts the packet in an object of this name, and holds unless that has a quota which is not spent. */
  | { readonly kind: 'account'; readonly name: string }
  /** What `physdev` asks of the ports of a bridge, in its own words; `unbridged`: what it says of packets that crossed none. */
  | { readonly kind: 'bridge-port'; readonly asked: string; readonly unbridged: boolean }
  /** A packet of TCP with SYN fits one of the fingerprints that the kernel has, of this system where one is named. `logs`: what it finds is logged, at this level. */
  | { readonly kind: 'fingerprint'; readonly system?: string; readonly ttl: TtlComparison; readonly logs?: number }
  /** Of the fingerprints that fit, the first is of this system; without a name, of any that is not called `unknown`. */
  | { readonly kind: 'first-fingerprint'; readonly system?: string; readonly ttl: TtlComparison }
  /** What an assumption says of the host holds. */
  | { readonly kind: 'setting'; readonly assumption: AssumptionId };

export type ExternalKind = ExternalTest['kind'];
export type ExternalOf<K extends ExternalKind> = Extract<ExternalTest, { readonly kind: K }>;

export interface Nature {
  /** Asking changes what later packets meet: never asked twice for a packet, never reordered, each rule has a state of its own. */
  readonly state: boolean;
  /** What a rule may write in between so that the answer is another one. */
  readonly looksAt: 'nothing' | 'everything' | readonly Field[];
  /** Holds whatever comes: asking is all that it does. */
  readonly always?: true;
  /** Holds only of packets with a connection entry. */
  readonly connection?: true;
  /** In a few words, as the subject of a reason. */
  readonly words: string;
}

export const externalTests: { readonly [K in ExternalKind]: Nature } = {
  ...scanTests,
  ...keyedTests,
  quota: { state: true, looksAt: 'nothing', words: 'a quota' },
  'whole-second': { state: false, looksAt: 'nothing', words: 'the clock' },
  'helper': { state: false, looksAt: 'nothing', connection: true, words: 'the helper of a connection' },
  'ipsec': { state: false, looksAt: 'nothing', words: 'IPsec' },
  'ipsec-layer': { state: false, looksAt: 'nothing', words: 'the layers of IPsec' },
  'way-back': { state: false, looksAt: ['ip.source', 'ip.destination', 'ip.tos', 'packet.mark'], words: 'the routes of the host' },
  'open-socket': { state: false, looksAt: ['ip.source', 'ip.destination', 'transport.source-port', 'transport.destination-port'], words: 'the sockets of the host' },
  // Rules set labels, so that the order of the questions counts.
  account: { state: true, looksAt: 'nothing', words: 'an accounting object' },
  'label': { state: true, looksAt: 'nothing', words: 'the label of a connection' },
  'cluster': { state: false, looksAt: 'nothing', connection: true, words: 'the hash of a connection' },
  'bridge-port': { state: false, looksAt: 'nothing', words: 'the ports of a bridge' },
  // TTL, options and length.
  'fingerprint': { state: false, looksAt: 'everything', words: 'fingerprints of systems' },
  'first-fingerprint': { state: false, looksAt: 'everything', words: 'fingerprints of systems' },
  'setting': { state: false, looksAt: 'nothing', words: 'a setting of the host' },
};

/** What also holds wherever a test does. */
export function impliedBy(test: ExternalTest): ExternalTest | undefined {
  if (test.kind === 'helper') return test.name === undefined ? undefined : { kind: 'helper' };
  if (test.kind === 'open-socket') return test.what === 'any' ? undefined : { kind: 'open-socket', what: test.what === 'wildcard' ? 'full' : 'any' };
  if (test.kind !== 'ipsec-layer') return undefined;
  const { kind, direction, layer, part } = test;
  if (part !== undefined) return { kind, direction, layer };
  return layer === 0 ? { kind: 'ipsec', direction } : { kind, direction, layer: layer - 1 };
}

/** In words that a reader understands; one text for tests that ask the same: `quota bytes 1000`, `connlimit key ip.source/0xffffff00 limit 3`. */
export function externalText(test: ExternalTest): string {
  if (test.kind === 'bytes') return `bytes ${wordText(test)}`;
  const { kind, ...rest } = test;
  return [kind, ...Object.entries(rest).filter(([name]) => name !== 'spelled').sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name} ${name === 'key' ? keyWords(value as Key) : typeof value === 'object' ? identityOf(value) : JSON.stringify(value, plain)}`)].join(' ');
}

/** As nft would ask it, places in bits. */
function wordText({ offset, size, mask, intervals }: ExternalOf<'bytes'>): string {
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  const under = mask === (1n << BigInt(size * 8)) - 1n ? '' : ` & ${hex(mask)}`;
  return `@nh,${offset * 8},${size * 8}${under} = ${intervals.map(({ min, max }) => (min === max ? hex(min) : `${hex(min)}-${hex(max)}`)).join(', ')}`;
}

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const externalKey = (test: ExternalTest): string => `external ${externalText(test)}`;
