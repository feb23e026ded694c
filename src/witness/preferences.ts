import { ctStates, type CtState, type Family, type InterfacePattern, type PredicateOf } from '../ir/index.js';
import { addressTypeCodes, type Arrival, patternTakes, type Vocabulary } from '../symbolic/index.js';
import type { Preference } from './choose.js';
import type { Hint } from './hints.js';
import type { Worn } from './repeat.js';

const carriedFields = (['packets', 'bytes', 'average'] as const).flatMap((unit) => [`ct.${unit}`, `ct.original-${unit}`, `ct.reply-${unit}`]);

/** How the journey begins: off the wire, from a process of this host, or from one to this host itself. */
export type Start = 'wire' | 'local' | 'loopback';

/** What one candidate would like to be. Lists in the order of liking; what is not in them comes last. */
export interface Plan {
  readonly arrival: Arrival;
  readonly start: Start;
  readonly protocols: readonly number[];
  readonly states: readonly CtState[];
  readonly flags: readonly number[];
  /** Turns the lists of everything else by so many places. */
  readonly turn: number;
  /** What it would like to be above all. */
  readonly hint?: Hint;
}

export interface Circumstances {
  readonly family: Family;
  readonly vocabulary: Vocabulary;
  readonly representatives: { readonly in: readonly string[]; readonly out: readonly string[] };
  /** Header lengths that some rule asks for. */
  readonly thresholds: readonly number[];
  /** The counting tests of both sides, by their key. */
  readonly counters: ReadonlyMap<string, PredicateOf<'nth'>>;
  /** Marks of packets that rules ask for. */
  readonly marks?: readonly number[];
  /** Rates and lists that rules ask. */
  readonly worn?: readonly Worn[];
}

export const icmpOf = (family: Family): number => (family === 4 ? 1 : 58);

/** Bytes of a transport header without data. */
export const plainBytes = (protocol: number): number => ({ 1: 8, 6: 20, 17: 8, 33: 20, 47: 4, 50: 8, 51: 24, 58: 8, 132: 32, 136: 8 })[protocol] ?? 0;

export const stateOf = (code: bigint): CtState => ctStates[Math.min(Number(code), ctStates.length - 1)] ?? 'NEW';
const stateCode = (state: CtState): bigint => BigInt(ctStates.indexOf(state));

/** Flags that go with a state: the first of a connection, its middle, or what belongs to none. */
export const flagsFor: { readonly [S in CtState]: readonly number[] } = {
  NEW: [0x02, 0x10, 0x22, 0x30, 0x42, 0xc2, 0x18, 0x50],
  ESTABLISHED: [0x10, 0x12, 0x18, 0x11, 0x04, 0x14, 0x02, 0x19, 0x30],
  RELATED: [0x02, 0x10],
  INVALID: [0x12, 0x04, 0x14, 0x11, 0x01, 0x00, 0x29, 0x3f, 0x03, 0x06, 0x05, 0x20, 0x08],
  UNTRACKED: [0x02, 0x10, 0x12],
};

/** Addresses that a person would write. */
export const documentation = {
  4: { source: 0xcb00_7109n, destination: 0x0a00_0005n },
  6: { source: 0x2001_0db8_0000_0000_0000_0000_0000_0009n, destination: 0xfd00_0000_0000_0000_0000_0000_0000_0005n },
} as const;

/** Addresses that everybody in a network hears. */
export const broadcasts = [0x0a00_00ffn, 0xffff_ffffn] as const;

/** The group that every host is in. */
export const allHosts = { 4: 0xe000_0001n, 6: 0xff02_0000_0000_0000_0000_0000_0000_0001n } as const;

const isBroadcast = (side: 'source' | 'destination', chosen: ReadonlyMap<string, bigint>): boolean => [...chosen].some(([block, code]) => block.startsWith(`[type of ${side}`) && addressTypeCodes[Number(code)] === 'BROADCAST');

const usualAddresses = {
  4: [0xc000_0207n, 0x0a00_0105n, 0xc0a8_0105n, 0xac10_0005n, 0x0808_0808n, 0x0a01_0203n, 0xc633_6407n],
  6: [0x2001_0db8_0001_0000_0000_0000_0000_0005n, 0x2600_0000_0000_0000_0000_0000_0000_0007n, 0x2a00_0000_0000_0000_0000_0000_0000_0007n, 0xfd12_0000_0000_0000_0000_0000_0000_0005n],
} as const;

const loopback = { 4: 0x7f00_0001n, 6: 1n } as const;

const commonPorts = [80n, 443n, 22n, 53n, 25n, 8080n, 40000n, 1024n, 123n, 3306n, 65535n, 0n];
export const commonTypes = { 4: [8n, 13n, 3n, 0n, 11n, 5n, 12n, 17n], 6: [128n, 1n, 129n, 2n, 3n, 4n, 135n, 133n] } as const;
const errorTypes = { 4: [3n, 11n, 12n, 5n, 4n], 6: [1n, 3n, 2n, 4n] } as const;
/** Answers to nothing. */
const strayTypes = { 4: [0n, 14n, 3n, 9n], 6: [129n, 1n, 140n] } as const;

/** ICMP types that go with a state. */
export const typesFor = (family: Family, state: CtState): readonly bigint[] => (state === 'RELATED' ? errorTypes : state === 'INVALID' ? strayTypes : commonTypes)[family];

const turned = <T>(values: readonly T[], by: number): readonly T[] => values.map((_, index) => values[(index + by) % values.length]).filter((value): value is T => value !== undefined);

/** Everything that one candidate likes, what matters most first. */
export function preferencesOf(plan: Plan, circumstances: Circumstances): readonly Preference[] {
  const { family, representatives, thresholds, vocabulary, counters } = circumstances;
  const { start, turn } = plan;
  const is = (block: string, ...values: readonly bigint[]): Preference => ({ block, values: () => values });
  const protocolOf = (chosen: ReadonlyMap<string, bigint>): number => Number(chosen.get('ip.protocol') ?? BigInt(plan.protocols[0] ?? 6));
  const stateIn = (chosen: ReadonlyMap<string, bigint>): CtState => stateOf(chosen.get('[state]') ?? stateCode(plan.states[0] ?? 'NEW'));
  const local = start !== 'wire';
  const interfaces = (direction: 'in' | 'out', by: number): Preference => ({
    block: `[${direction}]`,
    values: (chosen) => {
      const taken = direction === 'out' && start === 'wire' ? representatives.in[Number(chosen.get('[in]') ?? -1n)] : undefined;
      const fitting = representatives[direction].map((name, code) => ({ name, code })).filter(({ name }) => (name === 'lo') === (start === 'loopback'));
      const liked = turned(fitting.toSorted((a, b) => Number(a.name === taken) - Number(b.name === taken) || likingOf(a.name) - likingOf(b.name)), by);
      const hinted = plan.hint?.[direction];
      return [...liked.filter(({ name }) => hinted !== undefined && signatureOf(name, vocabulary.patterns[direction]) === signatureOf(hinted, vocabulary.patterns[direction])), ...liked].map(({ code }) => BigInt(code));
    },
  });
  const wished = wishOf(family, start, turn);
  const choices = (direction: 'in' | 'out'): number => representatives[direction].filter((name) => (name === 'lo') === (start === 'loopback')).length;
  const isIcmp = (chosen: ReadonlyMap<string, bigint>): boolean => protocolOf(chosen) === icmpOf(family);
  const port = (side: 'source' | 'destination'): Preference => ({
    block: `transport.${side}-port`,
    values: (chosen) => {
      if (isIcmp(chosen)) return side === 'source' ? turned([...typesFor(family, stateIn(chosen)), ...commonTypes[family]], turn).flatMap((type) => [type << 8n, (type << 8n) | 1n, (type << 8n) | 3n]) : [1n];
      const usual = side === 'source' ? [40000n, 1024n, 443n, 80n, 53n] : protocolOf(chosen) === 17 ? [53n, ...commonPorts] : commonPorts;
      return turned(usual, turn);
    },
  });
  return [
    is('[comes attached]', 0n),
    is('[attached]', 0n),
    ...vocabulary.opaque.flatMap((key) => opaquePreference(key, plan, counters)),
    interfaces('in', turn),
    interfaces('out', turn + Math.floor(turn / Math.max(1, choices('in')))),
    { block: '[state]', values: () => plan.states.map(stateCode) },
    { block: '[first]', values: (chosen) => [stateIn(chosen) === 'NEW' ? 1n : 0n] },
    is('[snat]', 0n),
    is('[dnat]', 0n),
    is('ip.fragment-offset', 0n),
    { block: 'ip.protocol', values: () => [...own(plan.hint?.fields.get('ip.protocol')).map(Number), ...plan.protocols, 6, 17, icmpOf(family)].map(BigInt) },
    {
      block: '[transport bytes]',
      values: (chosen) => {
        const usual = thresholds.filter((bytes) => bytes <= plainBytes(protocolOf(chosen))).length;
        return [usual, ...thresholds.map((_, index) => thresholds.length - index), 0].map(BigInt);
      },
    },
    { block: 'tcp.flags', values: (chosen) => (protocolOf(chosen) === 6 ? [...plan.flags, ...flagsFor[stateIn(chosen)], 0x10].map(BigInt) : [0n]) },
    ...[...(plan.hint?.fields ?? [])].map(([field, value]) => is(field, value)),
    ...addressTypes(vocabulary, start),
    { block: 'ip.destination', values: (chosen) => [...(isBroadcast('destination', chosen) ? broadcasts : []), wished('ip.destination'), ...turned(usualAddresses[family], turn)] },
    { block: 'ip.source', values: (chosen) => [...(start === 'loopback' ? own(chosen.get('ip.destination')) : []), ...(isBroadcast('source', chosen) ? broadcasts : []), wished('ip.source'), ...turned(usualAddresses[family], turn + 3)].filter((address) => start === 'loopback' || address !== chosen.get('ip.destination')) },
    is('packet.type', 0n, 1n, 2n),
    is('packet.mark', 0n),
    is('ct.mark', 0n),
    is('ct.direction', ...turned([0n, 1n], turn)),
    { block: 'ct.status', values: (chosen) => (stateIn(chosen) === 'NEW' ? [0n, 0x100n, 0x180n] : [0x18en, 0x188n, 0n]) },
    { block: 'ct.protocol', values: (chosen) => [BigInt(protocolOf(chosen))] },
    is('ct.expiration', 0n),
    ...carriedFields.map((field) => is(field, field.endsWith('packets') ? 1n : 60n)),
    port('destination'),
    port('source'),
    is('ip.ttl', 64n, 63n, 65n, 128n, 2n),
    is('ip.tos', 0n),
    { block: 'ip.length', values: (chosen) => [BigInt((family === 4 ? 20 : 40) + plainBytes(protocolOf(chosen)))] },
    is('socket.uid', 0n, 1000n),
    is('socket.gid', 0n, 1000n),
    is('[mss]', 1460n, 536n),
    ...(['original', 'reply'] as const).flatMap((way): readonly Preference[] => {
      const [from, to] = way === 'original' ? ['source', 'destination'] : ['destination', 'source'];
      return [
        { block: `ct.${way}-source-port`, values: (chosen) => own(chosen.get(`transport.${from}-port`)) },
        { block: `ct.${way}-destination-port`, values: (chosen) => own(chosen.get(`transport.${to}-port`)) },
        { block: `ct.${way}-source`, values: (chosen) => own(chosen.get(`ip.${from}`)) },
        { block: `ct.${way}-destination`, values: (chosen) => own(chosen.get(`ip.${to}`)) },
      ];
    }),
    ...(local ? [] : [is('ethernet.source')]),
  ];
}

const own = (value: bigint | undefined): readonly bigint[] => (value === undefined ? [] : [value]);

/** `eth0` before others, and what looks like a name before what a pattern was made of. */
const likingOf = (name: string): number => (/^eth0$/.test(name) ? 0 : /^eth\d/.test(name) ? 1 : /^[a-z]+\d+$/.test(name) ? 2 : name.includes('~') ? 4 : 3);

function opaquePreference(key: string, { start, turn }: Plan, counters: ReadonlyMap<string, PredicateOf<'nth'>>): readonly Preference[] {
  const is = (value: boolean): readonly Preference[] => [{ block: `[${key}]`, values: () => [value ? 1n : 0n] }];
  if (key === 'mss') return [{ block: '[mss present]', values: () => [BigInt(turn % 2)] }];
  if (key.startsWith('present {"kind":"ah"')) return is(false);
  if (key.startsWith('present {"kind":"extension",') || key.startsWith('present {"kind":"kernel-socket"')) return is(false);
  if (key.startsWith('present {"kind":"socket"')) return is(start === 'local' || start === 'loopback');
  if (key.startsWith('present {"kind":"ethernet"')) return is(start === 'wire');
  if (key.startsWith('present ')) return is(true);
  const counter = counters.get(key);
  if (counter !== undefined) return is(counter.packet === 0);
  // A full bucket lets the first packet through.
  return is(key.startsWith('limit '));
}

function addressTypes(vocabulary: Vocabulary, start: Start): readonly Preference[] {
  return vocabulary.addressTypes.map((key) => {
    const mine = key.startsWith('source') ? start !== 'wire' : start === 'loopback';
    const order = mine ? ['LOCAL', 'UNICAST'] : ['UNICAST', 'LOCAL', 'BROADCAST', 'MULTICAST'];
    return { block: `[type of ${key}]`, values: () => order.map((type) => BigInt(addressTypeCodes.findIndex((code) => code === type))) };
  });
}

/** What a block is where nothing is preferred, or nothing preferred is allowed. */
export function wishOf(family: Family, start: Start, salt: number): (block: string) => bigint {
  const { source, destination } = documentation[family];
  const vary = (value: bigint): bigint => value + BigInt(salt);
  const here = start === 'loopback' && salt % 2 === 0 ? loopback[family] : destination;
  const there = start === 'loopback' ? here : vary(source);
  return (block) => {
    switch (block) {
      case 'ip.source':
      case 'ct.original-source':
      case 'ct.reply-destination':
        return start === 'wire' ? there : here;
      case 'ip.destination':
      case 'ct.original-destination':
      case 'ct.reply-source':
        return start === 'wire' ? here : there;
      case 'ip.ttl':
        return 64n;
      case 'ip.length':
        return 60n;
      case 'ethernet.source':
        return 0x0200_0000_00aan;
      case 'ct.status':
        return 0n;
      case '[mss]':
        return 1460n;
      default:
        return 0n;
    }
  };
}

/** A name for a class of interfaces: one that a person would use, else the class's own. */
export function interfaceName(representative: string, patterns: readonly InterfacePattern[], avoid: string | undefined, liked?: string): string {
  const signature = (name: string): string => signatureOf(name, patterns);
  const wanted = signature(representative);
  const roots = patterns.filter(({ prefix }) => prefix).map(({ name }) => name);
  const candidates = [...(liked === undefined ? [] : [liked]), ...(avoid === 'eth0' ? ['eth1', 'eth0'] : ['eth0', 'eth1']), 'eth2', 'eth3', ...roots.map((name) => `${name}0`), ...roots.map((name) => `${name}1`), representative];
  return candidates.find((name) => name !== avoid && isName(name) && signature(name) === wanted) ?? representative;
}

/** Which patterns take a name. */
const signatureOf = (name: string, patterns: readonly InterfacePattern[]): string => patterns.map((pattern) => (patternTakes(pattern, name) ? '1' : '0')).join('');

const isName = (name: string): boolean => /^[^\s/:]+$/.test(name) && name !== '.' && name !== '..' && new TextEncoder().encode(name).length <= 15;
