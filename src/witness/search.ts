import { type AddressType, type CoreRuleset, type Family, type Hook, type InterfacePattern, type Predicate, type PredicateOf } from '../ir/index.js';
import { tcpFlags } from '../packet/index.js';
import { addressTypeCodes, type Arrival, type Bdd, type Layout, patternTakes, type Vocabulary } from '../symbolic/index.js';
import { answersFor, sequencesFor } from './before.js';
import { choose, type Assignment } from './choose.js';
import { hintsOf } from './hints.js';
import { isTracked, packetOf, sketch } from './packet.js';
import { plansFor } from './plans.js';
import { allHosts, broadcasts, flagsFor, interfaceName, preferencesOf, stateOf, typesFor, wishOf, type Circumstances, type Plan } from './preferences.js';
import { repeated, repetitions, wornBy } from './repeat.js';
import type { Scene } from './simulate.js';
import { topologyFor, type HostWish } from './topology.js';

/** Which packets are looked for: those of the arrivals, by the way on which they come to the hook. */
export interface Quarry {
  readonly family: Family;
  readonly hook: Hook;
  readonly arrivals: readonly Arrival[];
  readonly comparison: { readonly bdd: Bdd; readonly layout: Layout; readonly vocabulary: Vocabulary };
  readonly rulesets: readonly CoreRuleset[];
  /**
   * What is tried when nothing plainer has shown the difference. `standing`: connections stand when the rules are loaded, and candidates need
   * one; `own`: addresses to which destinations are translated are this host's; `repeated`: the packet has come before, until a rate is used up.
   */
  readonly resort?: 'standing' | 'own' | 'repeated';
  /** Those addresses. */
  readonly own?: readonly bigint[];
}

/** One candidate: a point of the region, and packets and a host that should come to it. */
export interface Candidate {
  readonly assignment: Assignment;
  readonly plan: Plan;
  readonly scene: Scene;
}

/** Points of a region that are looked at most. */
const mostCandidates = 200;

/** Candidates, the most natural first. */
export function* candidatesOf(quarry: Quarry): Generator<Candidate> {
  const { family, comparison } = quarry;
  const { bdd, layout } = comparison;
  const circumstances = circumstancesOf(quarry);
  const arrivals = quarry.arrivals.toSorted((a, b) => Number(b.exact) - Number(a.exact));
  const seen = new Set<string>();
  let count = 0;
  for (const plan of plansFor(family, arrivals, () => hintsOf(quarry.rulesets))) {
    const assignment = choose(bdd, plan.arrival.start, layout, preferencesOf(plan, circumstances), wishOf(family, plan.start, plan.turn));
    if (assignment === undefined) continue;
    const key = JSON.stringify([plan.arrival.way, String(assignment.values.get('ip.protocol') ?? plan.protocols[0]), plan.turn % 2 === 1 && stateOf(assignment.values.get('[state]') ?? 1n) === 'INVALID', ...(plan.hint === undefined ? [] : [plan.hint.in, plan.hint.out, ...[...plan.hint.fields.keys()].map((field) => String(assignment.values.get(field)))]), ...[...assignment.values].filter(([block]) => assignment.asked.has(block) || plainly.has(block)).map(([block, value]) => `${block} ${value}`)]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (++count > mostCandidates) return;
    for (const scene of scenesOf(quarry, circumstances, plan, assignment)) yield { assignment, plan, scene };
  }
}

/** Blocks by which candidates differ even where the region does not ask them. */
const plainly: ReadonlySet<string> = new Set(['ip.protocol', 'tcp.flags', '[state]']);

function circumstancesOf({ family, comparison, rulesets }: Quarry): Circumstances {
  const { layout, vocabulary } = comparison;
  return {
    family,
    vocabulary,
    representatives: { in: layout.interfaces('in').representatives, out: layout.interfaces('out').representatives },
    thresholds: layout.transportLength.thresholds,
    counters: countersOf(rulesets),
    marks: marksOf(rulesets),
    worn: wornBy(rulesets),
  };
}

function countersOf(rulesets: readonly CoreRuleset[]): ReadonlyMap<string, PredicateOf<'nth'>> {
  const counters = new Map<string, PredicateOf<'nth'>>();
  const visit = (predicate: Predicate): void => {
    if (predicate.kind === 'nth') counters.set(`nth ${predicate.identity}`, predicate);
    else if (predicate.kind === 'not') visit(predicate.operand);
    else if (predicate.kind === 'and' || predicate.kind === 'or') predicate.operands.forEach(visit);
  };
  for (const { tables } of rulesets) for (const { chains } of tables) for (const { rules } of chains) for (const { steps } of rules) for (const step of steps) if (step.kind !== 'refuse') visit(step.predicate);
  return counters;
}

/** Marks of packets that rules ask for. */
function marksOf(rulesets: readonly CoreRuleset[]): readonly number[] {
  const marks = rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.flatMap(({ steps }) => steps.flatMap((step) =>
    step.kind === 'test' && step.predicate.kind === 'field' && step.predicate.field === 'packet.mark' ? step.predicate.intervals.slice(0, 1).map(({ min }) => Number(min)) : [])))));
  return [...new Set(marks)].filter((mark) => mark !== 0).slice(0, mostMarks);
}

/** Marks that packets before are tried with. */
const mostMarks = 4;

/** An address of this type that more than one host takes for its own. */
const heardByAll = (type: AddressType | undefined, family: Family): bigint | undefined => (type === 'BROADCAST' ? broadcasts[0] : type === 'MULTICAST' ? allHosts[family] : undefined);

function* scenesOf(quarry: Quarry, circumstances: Circumstances, plan: Plan, assignment: Assignment): Generator<Scene> {
  const { family, hook, comparison } = quarry;
  const { patterns } = comparison.vocabulary;
  const { values, asked } = assignment;
  const { start, arrival } = plan;
  const nameOf = (direction: 'in' | 'out', avoid: string | undefined): string => {
    const all = circumstances.representatives[direction];
    const name = all[Math.min(Number(values.get(`[${direction}]`) ?? 0n), all.length - 1)] ?? 'eth0';
    return interfaceName(name, patterns[direction], avoid, plan.hint?.[direction]);
  };
  const incoming = start === 'loopback' ? 'lo' : nameOf('in', undefined);
  const other = arrival.way === 'delivered' ? undefined : start === 'loopback' ? 'lo' : nameOf('out', start === 'wire' ? incoming : undefined);
  const wish = wishOf(family, start, plan.turn);
  const passes = arrival.way === 'forwarded';
  const state = asked.has('[state]') ? stateOf(values.get('[state]') ?? 1n) : 'NEW';
  const typeOf = (side: 'source' | 'destination'): AddressType | undefined => {
    const block = [`[type of ${side}]`, `[type of ${side} via in]`, `[type of ${side} via out]`].find((name) => asked.has(name));
    return block === undefined ? undefined : addressTypeCodes[Math.min(Number(values.get(block)), addressTypeCodes.length - 1)];
  };
  const drawn = sketch(start === 'loopback' && !asked.has('ip.source') ? toItself(assignment) : start === 'wire' ? fromNobody(assignment, family) : assignment, circumstances, { in: incoming }, start, { protocol: plan.protocols[0] ?? 6, flags: flagsFor[state][0] ?? 2, invalid: state === 'INVALID' && plan.turn % 2 === 1, icmpType: Number(typesFor(family, state)[0]), source: typeOf('source') === 'BROADCAST' ? broadcasts[0] : wish('ip.source'), destination: heardByAll(typeOf('destination'), family) ?? wish('ip.destination') });
  if (drawn === undefined || (start === 'wire' && incoming === 'lo') || (start !== 'loopback' && other === 'lo')) return;
  const { source, destination } = drawn.spec;
  // IPv6 takes what has a link-local source to no other link.
  const outgoing = passes && family === 6 && source >> 118n === 0x3fan && takesAlike(incoming, other, patterns.out) ? incoming : other;
  const host: HostWish = {
    family, start, source, destination, in: incoming,
    ...(outgoing === undefined ? {} : { out: outgoing }),
    ...only('destinationType', typeOf('destination')),
    ...only('sourceType', typeOf('source')),
  };
  const ends = { ...(start === 'wire' ? { in: incoming } : {}), ...(outgoing === undefined ? {} : { out: outgoing }) };
  const markedEntry = asked.has('ct.mark') && values.get('ct.mark') !== 0n;
  const sequences = sequencesFor(drawn, state, ends, markedEntry ? (circumstances.marks ?? []) : []);
  const hosts = quarry.resort === 'own' ? (quarry.own ?? []).map((address) => topologyFor({ ...host, own: address })) : [
    topologyFor(host),
    ...(passes && translates(quarry) ? [topologyFor({ ...host, translated: true }), topologyFor({ ...host, translated: true, elsewhere: true })] : []),
    ...(hook === 'POSTROUTING' && start === 'local' ? [topologyFor({ ...host, elsewhere: true })] : []),
  ];
  if (quarry.resort === 'standing') {
    const mark = asked.has('ct.mark') ? Number(values.get('ct.mark')) : 0;
    for (const topology of hosts) for (const { before, packet } of sequencesFor(drawn, state, ends)) if (before.length > 0) yield { topology, standing: { packets: before, mark }, before: [], packet };
    return;
  }
  if (quarry.resort === 'repeated') {
    for (const count of repetitions(circumstances.worn ?? [], [...asked])) for (const topology of hosts) for (const { before, packet } of sequences) yield { topology, before: [...before, ...repeated(packet, count)], packet, repeated: true };
    return;
  }
  for (const topology of hosts) for (const { before, packet } of sequences) yield { topology, before, packet };
  if (state === 'ESTABLISHED' && start === 'wire' && hidesSources(quarry) && hosts[0] !== undefined) for (const { before, answerTo } of answersFor(drawn, ends)) yield { topology: hosts[0], before, packet: packetOf(drawn), answerTo };
  // Of TCP, this host's own answer is RELATED: a reset, to what is rejected.
  if (state === 'RELATED' && start === 'local' && outgoing !== undefined && drawn.spec.transport.kind === 'tcp') {
    const { sourcePort, destinationPort } = drawn.spec.transport;
    const rejected = packetOf({ ...drawn, start: 'wire', inInterface: outgoing, mark: 0, spec: { ...drawn.spec, source: destination, destination: source, transport: { kind: 'tcp', sourcePort: destinationPort, destinationPort: sourcePort, flags: tcpFlags.syn } } });
    yield { topology: topologyFor({ family, start: 'wire', source: destination, destination: source, in: outgoing }), before: [], packet: rejected };
  }
  if (isTracked(state) && state !== 'NEW' && hosts[0] !== undefined) yield { topology: hosts[0], before: [], packet: { ...packetOf(drawn), state }, told: true };
}

const only = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } => (value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V }));

/** Who speaks to an address of its own host speaks from it. */
const toItself = (assignment: Assignment): Assignment => {
  const destination = assignment.values.get('ip.destination');
  return destination === undefined ? assignment : { ...assignment, values: new Map([...assignment.values, ['ip.source', destination]]) };
};

/** Who has no address yet speaks to everybody. */
const fromNobody = (assignment: Assignment, family: Family): Assignment =>
  family === 4 && assignment.values.get('ip.source') === 0n && !assignment.asked.has('ip.destination') ? { ...assignment, values: new Map([...assignment.values, ['ip.destination', 0xffff_ffffn]]) } : assignment;

/** Whether no rule tells two interfaces apart. */
const takesAlike = (one: string, other: string | undefined, patterns: readonly InterfacePattern[]): boolean =>
  other !== undefined && patterns.every((pattern) => patternTakes(pattern, one) === patternTakes(pattern, other));

/** Some source is translated, so that answers come to another address. */
const hidesSources = ({ rulesets }: Quarry): boolean =>
  rulesets.some(({ tables }) => tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ action }) => action.kind === 'nat' && (action.nat.kind === 'snat' || action.nat.kind === 'masquerade' || action.nat.kind === 'netmap')))));

/** Addresses to which rules translate destinations. */
export const translatedTo = (rulesets: readonly CoreRuleset[]): readonly bigint[] =>
  rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules.flatMap(({ action }) =>
    action.kind === 'nat' && action.nat.kind === 'dnat' && action.nat.to.addresses !== undefined ? [action.nat.to.addresses.min] : []))));

/** Some destination is translated, so that the packet may go elsewhere than it says. */
const translates = ({ rulesets }: Quarry): boolean =>
  rulesets.some(({ tables }) => tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ action }) => action.kind === 'nat' && action.nat.kind !== 'snat' && action.nat.kind !== 'masquerade'))));

