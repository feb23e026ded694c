import { addressBits, type Family, type Predicate } from '../ir/index.js';
import { and, not, or, present } from '../ir/predicate.js';
import { equals, inIntervals, masked } from '../lower/predicates.js';
import { portProtocols } from '../packet/protocols.js';
import type { Way } from '../symbolic/index.js';
import type { End, PacketSet, Statement } from './statement.js';

/** A statement in one family and one way, as predicates: over packets as they begin it, and as they are where they arrive. */
export interface Question {
  readonly way: Way;
  readonly start: Predicate;
  readonly arrival: Predicate;
}

type Prefix = Extract<End, { readonly kind: 'prefix' }>;

/** What a statement asks in one family, way by way; nothing where it speaks of the other family alone. */
export function questionsOf(statement: Statement, family: Family, tracking: boolean): readonly Question[] {
  const own = ownFamily(statement.packets, family);
  if (own === undefined) return [];
  return waysOf(own).flatMap((way): readonly Question[] => {
    const question = questionOf({ ...statement, packets: own }, way, family, tracking);
    return [question.start, question.arrival].some(({ kind, ...rest }) => kind === 'constant' && 'value' in rest && !rest.value) ? [] : [question];
  });
}

function questionOf({ packets, mode }: Statement, way: Way, family: Family, tracking: boolean): Question {
  const isWire = way === 'delivered' || way === 'forwarded';
  const isSent = mode === 'allow';
  // What may be reached is what was sent to; what may not be reached is what it arrives as.
  const ends = and([anyOf(packets.to, (end) => toEnd(end, way, mode, family)), ports(packets.port, 'destination', packets, family)]);
  const start = and([
    isWire ? anyOf(packets.from?.filter(({ kind }) => kind !== 'self'), (end) => fromEnd(end, family)) : and([]),
    anyOf(packets.in, (pattern) => (isWire ? { kind: 'interface', direction: 'in', pattern } : or([]))),
    anyOf(packets.source, (prefix) => inPrefix('ip.source', prefix, family)),
    anyOf(packets.destination, (prefix) => inPrefix('ip.destination', prefix, family)),
    anyOf(packets.protocol, (protocol) => equals(family, 'ip.protocol', protocol)),
    ports(packets.sport, 'source', packets, family),
    ports(packets.dport, 'destination', packets, family),
    icmpTypes(packets, family),
    states(packets, tracking),
    isSent ? and([ends, opening(packets, family, tracking), wholePackets(family)]) : ports(packets.port === undefined ? undefined : [{ min: 0n, max: 65535n }], 'destination', packets, family),
  ]);
  const leaves = way === 'forwarded' || way === 'sent';
  const arrival = and([isSent ? and([]) : ends, anyOf(packets.out, (pattern) => (leaves ? { kind: 'interface', direction: 'out', pattern } : or([])))]);
  return { way, start, arrival };
}

/** Bytes of each header that rules may read. */
const headerBytes: readonly (readonly [number, number])[] = [[6, 20], [17, 8], [1, 8], [58, 8], [33, 12], [50, 8], [132, 12], [136, 8]];

/** What may be reached is asked for packets in one piece, with whole headers: others are dropped by rules that mean well. */
export const wholePackets = (family: Family): Predicate =>
  and([equals(family, 'ip.fragment-offset', 0), ...headerBytes.map(([protocol, bytes]) => or([not(equals(family, 'ip.protocol', protocol)), present({ kind: 'transport', bytes })]))]);

const fromEnd = (end: End, family: Family): Predicate => {
  if (end.kind === 'prefix') return inPrefix('ip.source', end, family);
  return end.kind === 'interface' ? { kind: 'interface', direction: 'in', pattern: end.pattern } : or([]);
};

/** Translation may take on to another host what was sent to this one. */
function toEnd(end: End, way: Way, mode: Statement['mode'], family: Family): Predicate {
  const leaves = way === 'forwarded' || way === 'sent';
  switch (end.kind) {
    case 'prefix':
      return inPrefix('ip.destination', end, family);
    case 'interface':
      return leaves ? { kind: 'interface', direction: 'out', pattern: end.pattern } : or([]);
    case 'self':
      return mode === 'allow' ? { kind: 'address-type', address: 'destination', types: ['LOCAL'] } : leaves ? or([]) : and([]);
  }
}

/** Without the prefixes of the other family; undefined where a dimension has no others. */
function ownFamily(packets: PacketSet, family: Family): PacketSet | undefined {
  const isOwn = (end: End): boolean => end.kind !== 'prefix' || end.family === family;
  const kept = <T extends End>(ends: readonly T[] | undefined): readonly T[] | undefined => ends?.filter(isOwn);
  const own: PacketSet = {
    ...packets,
    ...(packets.from === undefined ? {} : { from: kept(packets.from) ?? [] }),
    ...(packets.to === undefined ? {} : { to: kept(packets.to) ?? [] }),
    ...(packets.source === undefined ? {} : { source: kept(packets.source) ?? [] }),
    ...(packets.destination === undefined ? {} : { destination: kept(packets.destination) ?? [] }),
    ...(packets.protocol === undefined ? {} : { protocol: packets.protocol.filter((protocol) => protocol !== (family === 4 ? 58 : 1)) }),
  };
  return [own.from, own.to, own.source, own.destination, own.protocol].some((values) => values?.length === 0) ? undefined : own;
}

const anyOf = <T>(values: readonly T[] | undefined, predicate: (value: T) => Predicate): Predicate => (values === undefined ? and([]) : or(values.map(predicate)));

function inPrefix(field: 'ip.source' | 'ip.destination', { address, length }: Prefix, family: Family): Predicate {
  const bits = addressBits(family);
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(bits - length);
  return masked(family, field, address & mask, mask);
}

/** Only whole headers have ports. */
function ports(wanted: PacketSet['port'], which: 'source' | 'destination', { protocol }: PacketSet, family: Family): Predicate {
  if (wanted === undefined) return and([]);
  const field = which === 'source' ? 'transport.source-port' : 'transport.destination-port';
  const gate = protocol?.every((number) => portProtocols.includes(number)) === true ? and([]) : or(portProtocols.map((number) => equals(family, 'ip.protocol', number)));
  return and([gate, equals(family, 'ip.fragment-offset', 0), present({ kind: 'transport', bytes: 4 }), inIntervals(family, field, wanted)]);
}

function icmpTypes({ icmp }: PacketSet, family: Family): Predicate {
  if (icmp === undefined) return and([]);
  const types = icmp.map(({ type, code }) => and([equals(family, 'icmp.type', type), code === undefined ? and([]) : equals(family, 'icmp.code', code)]));
  return and([equals(family, 'ip.protocol', family === 4 ? 1 : 58), equals(family, 'ip.fragment-offset', 0), present({ kind: 'transport', bytes: 4 }), or(types)]);
}

/** Packets that open a connection, unless a statement says others. Without connection tracking there are no states. */
const states = ({ state }: PacketSet, tracking: boolean): Predicate => (tracking ? { kind: 'ct-state', states: state ?? ['NEW'] } : and([]));

/** What opens a connection as its protocol wants it: a SYN, where it is TCP. */
function opening({ state }: PacketSet, family: Family, tracking: boolean): Predicate {
  if (!tracking || state !== undefined) return and([]);
  return or([not(equals(family, 'ip.protocol', 6)), masked(family, 'tcp.flags', 0x02n, 0x3fn)]);
}

/** From the wire, unless a statement says that packets are this host's own. */
function waysOf({ from, hook }: PacketSet): readonly Way[] {
  const fromHere = from?.some(({ kind }) => kind === 'self') ?? hook?.includes('OUTPUT') ?? false;
  const fromWire = from?.some(({ kind }) => kind !== 'self') ?? true;
  const all: readonly Way[] = [...(fromWire ? (['delivered', 'forwarded'] as const) : []), ...(fromHere ? (['sent', 'looped'] as const) : [])];
  return all.filter((way) => hook === undefined || hook.includes(hookOf[way]));
}

const hookOf: { readonly [W in Way]: 'INPUT' | 'FORWARD' | 'OUTPUT' } = { delivered: 'INPUT', forwarded: 'FORWARD', sent: 'OUTPUT', looped: 'OUTPUT' };
