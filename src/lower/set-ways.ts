import { addressMask, type AssumptionId, givenKeys, type Key, type KeyPart, portHeaders, portlessRole, type Predicate, type Rule, type SetElement, type StateTable } from '../ir/index.js';
import { fieldIn } from '../ir/predicate.js';
import type { MatchContext } from './context.js';
import { always, and, equals, inIntervals, masked, not, or } from './predicates.js';
import type { SingleValued } from './single-valued.js';
import { present } from './steps.js';

/** A set that rules change, as tables of keys. Elements of protocols without ports have a table of their own, in which no port stands. */
export interface KeptSet {
  readonly single: SingleValued;
  readonly table: StateTable;
  readonly portless: StateTable;
  /** Protocols that an element of it may have, where it keeps protocols. */
  readonly protocols: ReadonlySet<number>;
}

/** Elements in one of its tables. */
export const elementsIn = ({ single: { set, keys }, portless }: KeptSet, table: StateTable): readonly SetElement[] =>
  set.elements.filter((element) => keys.get(element)?.some((key) => key.portless === (table === portless)) === true);

/** `adding`: the rules that put something in. */
export function keptSet(single: SingleValued, adding: readonly Rule[]): KeptSet {
  const { name, elements, dimensions } = single.set;
  const given = (portless: boolean): Pick<StateTable, 'given'> =>
    givenKeys(elements.flatMap((element) => (single.keys.get(element) ?? []).flatMap((key) => (key.portless === portless ? [{ parts: key.parts, ...((element.timeout ?? 0) === 0 ? {} : { seconds: element.timeout ?? 0 }) }] : []))));
  const at = dimensions.indexOf('port');
  const held = elements.flatMap(({ parts }) => {
    const part = parts[at];
    return part?.kind === 'port' ? [part.protocol] : [];
  });
  return {
    single,
    table: { name, role: '', ...given(false) },
    portless: { name, role: portlessRole, ...given(true) },
    protocols: new Set([...held, ...adding.flatMap((rule) => protocolsOf(rule))]),
  };
}

/** By which key a set knows packets, and on which: `where` holds before it is read. No two ways are those of one packet. */
export interface Way {
  readonly where: Predicate;
  readonly table: StateTable;
  readonly key: Key;
}

/** What a look-up or a change by these ways rests on: the key of a later fragment of ICMPv6 in IPv4 has port 0, which no field says. */
export const restsOn = (ways: readonly Way[], { family, laterFragments, rule }: MatchContext): readonly AssumptionId[] =>
  family === 4 && laterFragments !== undefined && protocolsOf(rule).includes(58) && ways.some(({ table, key }) => table.role === '' && key.includes(protocolPart)) ? [laterFragments] : [];

type Side = 'src' | 'dst';

/** How a rule finds the keys of its packets; none where the set never has one. */
export function waysOf(kept: KeptSet, sides: readonly Side[], doing: 'look' | 'add' | 'remove', context: MatchContext): readonly Way[] {
  const { set, zeroless } = kept.single;
  const { family } = context;
  const at = set.dimensions.indexOf('port');
  if (sides.length < set.dimensions.length || (set.family !== family && set.dimensions.includes('ip'))) return [];
  const side = sides[at] ?? 'src';
  const mask = addressMask(set);
  const ports = at < 0 ? [{ where: always, parts: [], portless: false }] : set.method === 'bitmap' ? [bitmapPort(side, context)] : portsOf(kept, side, doing, context);
  return ports.map(({ where, parts, portless }) => {
    const key = set.dimensions.flatMap((dimension, index): Key => (dimension === 'port' ? parts : [{ field: sides[index] === 'dst' ? 'ip.destination' : 'ip.source', mask }]));
    const [first] = key;
    const fits = doing !== 'add' || first === undefined ? [] : [...(zeroless ? [not(masked(family, first.field, 0n, first.mask))] : []), ...(set.range === undefined ? [] : [fieldIn(family, first.field, first.mask, [set.range])])];
    return { where: and([where, ...fits]), table: portless ? kept.portless : kept.table, key };
  });
}

/** How a port is read of packets of some protocols. */
interface PortReading {
  readonly where: Predicate;
  readonly parts: Key;
  readonly portless: boolean;
}

const port = (side: Side): KeyPart => ({ field: side === 'dst' ? 'transport.destination-port' : 'transport.source-port', mask: 0xffffn });
const protocolPart: KeyPart = { field: 'ip.protocol', mask: 0xffn };

/** A bitmap of ports looks at TCP and UDP alone, and does not tell them apart. */
const bitmapPort = (side: Side, context: MatchContext): PortReading => ({ where: headersOf([6, 17].filter((one) => protocolsOf(context.rule).includes(one)), context), parts: [port(side)], portless: false });

function portsOf({ protocols }: KeptSet, side: Side, doing: 'look' | 'add' | 'remove', context: MatchContext): readonly PortReading[] {
  const possible = protocolsOf(context.rule).filter((one) => (doing === 'add' || protocols.has(one)) && !withoutKey(context.family).includes(one));
  const isIcmp = (one: number): boolean => one === 1 || one === 58;
  // Of ICMP the first two bytes are read, whatever the side.
  const groups = side === 'src' ? [{ chosen: possible.filter(hasPorts), side }] : [{ chosen: possible.filter((one) => hasPorts(one) && !isIcmp(one)), side }, { chosen: possible.filter(isIcmp), side: 'src' as const }];
  const ported = groups.flatMap((group): readonly PortReading[] => (group.chosen.length === 0 ? [] : [{ where: headersOf(group.chosen, context), parts: [protocolPart, port(group.side)], portless: false }]));
  const others = possible.filter((one) => !hasPorts(one));
  return others.length === 0 ? ported : [...ported, { where: and([...walked(context), protocolIn(others, context), ...(context.family === 6 ? whole(context) : [])]), parts: [protocolPart], portless: true }];
}

const hasPorts = (protocol: number): boolean => portHeaders[protocol] !== undefined;

/** ipset finds no element for packets of these: of IPv6 also "no next header". */
const withoutKey = (family: 4 | 6): readonly number[] => (family === 4 ? [0] : [0, 59]);

/** The protocols that the rule's own `-p` lets through. */
function protocolsOf(rule: Rule | undefined): readonly number[] {
  const asked = rule?.conditions.protocol;
  return Array.from({ length: 256 }, (_, protocol) => protocol).filter((protocol) => asked === undefined || (asked.value === protocol) !== asked.negated);
}

/** Where a rule names one protocol that has been asked for. */
const isNamed = ({ rule }: MatchContext): boolean => rule?.conditions.protocol?.negated === false;

function protocolIn(protocols: readonly number[], context: MatchContext): Predicate {
  const { family } = context;
  if (isNamed(context)) return protocols.length === 0 ? or([]) : always;
  const among = (some: readonly number[]): Predicate => inIntervals(family, 'ip.protocol', some.map((one) => ({ min: BigInt(one), max: BigInt(one) })));
  return protocols.length <= 128 ? among(protocols) : not(among(Array.from({ length: 256 }, (_, protocol) => protocol).filter((one) => !protocols.includes(one))));
}

/** Any `-p` of IPv6 has asked for that. */
const walked = (context: MatchContext): readonly Predicate[] => (context.family === 6 && !isNamed(context) ? [present({ kind: 'protocol' })] : []);
const whole = ({ family, laterFragments }: MatchContext): readonly Predicate[] => (laterFragments === undefined ? [] : [equals(family, 'ip.fragment-offset', 0)]);

/** A packet of one of these protocols that is no later fragment, with as much of its header as ipset wants. */
function headersOf(protocols: readonly number[], context: MatchContext): Predicate {
  const sizes = [...new Set(protocols.map((protocol) => portHeaders[protocol] ?? 0))].sort((a, b) => b - a);
  return or(sizes.map((bytes) => and([...walked(context), protocolIn(protocols.filter((protocol) => portHeaders[protocol] === bytes), context), ...whole(context), present({ kind: 'transport', bytes })])));
}
