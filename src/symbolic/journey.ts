import type { Hook } from '../ir/index.js';
import { exclusive } from './assignment.js';
import { BudgetExceeded, type Substitution } from './bdd.js';
import type { RulesetContext } from './context.js';
import type { Facts } from './facts.js';
import { intervalsNode } from './interval.js';
import { levelsOf } from './layout.js';
import { type Outcome, type Written, writtenKey } from './outcome.js';
import { codes } from './predicate.js';
import { levelsIn, substitutionOf } from './sequence.js';
import { type Arrival, type Way, ways } from './ways.js';

/** What the way of a packet needs to know of the hooks before: the outcomes there, and where the sides differ already. */
export interface Stage {
  /** Outcomes of the left side, for all packets. Worked out when first asked. */
  outcomes(): number;
  readonly differing: number;
}

/** The ways on which packets that differ at a hook come there, with what they are where they begin. The region holds nothing that cannot come. */
export function arrivalsAt(hook: Hook, region: number, stageAt: (hook: Hook) => Stage, facts: Facts, context: RulesetContext): readonly Arrival[] {
  return (Object.keys(ways) as Way[]).flatMap((way) => {
    const passed: readonly Hook[] = ways[way];
    const index = passed.indexOf(hook);
    return index < 0 ? [] : arrivals(way, passed.slice(0, index), hook, region, stageAt, facts, context).filter(({ start }) => start !== 0);
  });
}

function arrivals(way: Way, before: readonly Hook[], hook: Hook, region: number, stageAt: (hook: Hook) => Stage, facts: Facts, context: RulesetContext): readonly Arrival[] {
  const { bdd, layout } = context;
  const all = (...nodes: readonly number[]): number => nodes.reduce((result, node) => bdd.and(result, node), 1);
  const here: Both = { large: region, small: onTheWay(way, hook, facts, context) };
  // Only when all questions have been asked it is known what can be.
  const beginning = (further = 1): number => all(atTheStart(way, facts, context), further, context.questions.possible());
  if (before.length === 0) return [{ way, start: together(here, beginning(), context), exact: true }];
  // Later packets of a connection are translated by its entry, which is not followed back.
  // Before POSTROUTING nothing has been done to the source of what nobody has answered.
  const sources = way === 'looped' || hook === 'POSTROUTING' ? bdd.variable(layout.ctSnat) : bdd.and(bdd.variable(layout.ctSnat), bdd.not(facts.states('NEW')));
  const translated = bdd.and(bdd.not(bdd.variable(layout.first)), bdd.or(sources, bdd.variable(layout.ctDnat)));
  const followedBack = (from: Both, further = 1): number => {
    const { both } = before.reduceRight<{ readonly both: Both; readonly next: Hook }>(
      ({ both: behind, next }, at) => {
        const stage = stageAt(at);
        // By which interface a packet leaves, POSTROUTING says: until then it may be routed anew.
        const there = at === 'OUTPUT' ? 1 : onTheWay(way, at, facts, context);
        const parts = throughHook(stage.outcomes(), at, between(at, next, settled(behind, context), facts, context), context);
        const comes = (): number => all(bdd.not(stage.differing), facts.at(at), there, at === before[0] ? beginning(further) : 1);
        return { both: joined(parts, comes(), context), next: at };
      },
      { both: from, next: hook },
    );
    return together(both, 1, context);
  };
  try {
    const exact: Arrival = { way, start: followedBack(here, bdd.not(translated)), exact: true };
    const later = together(here, bdd.and(translated, context.questions.possible()), context);
    const early = bdd.and(later, facts.states('NEW'));
    // Of a connection that nobody has answered all packets go the way of the first.
    const comes = early === 0 || followedBack({ large: sameFlow(early, context), small: all(facts.at(hook), onTheWay(way, hook, facts, context), bdd.variable(layout.first)) }) !== 0;
    return [exact, { way, start: comes ? later : bdd.and(later, bdd.not(facts.states('NEW'))), exact: false }];
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return [{ way, start: together(here, context.questions.possible(), context), exact: false }];
  }
}

/** Packets in both of two regions. They are put together last, when all else is known that can be said of them: the first may be large. */
interface Both {
  readonly large: number;
  readonly small: number;
}

/** Regions of at most so many nodes are put together at every hook: what is small stays small. */
const smallRegion = 10_000;

function settled(both: Both, context: RulesetContext): Both {
  if (!context.bdd.meets(both.large, both.small)) return { large: 0, small: 0 };
  return context.bdd.nodesOf(both.large) > smallRegion ? both : { large: together(both, 1, context), small: 1 };
}

const together = ({ large, small }: Both, further: number, { bdd }: RulesetContext): number => bdd.and(large, bdd.and(small, further));

/** All that are in one of several, and `further`. */
function joined(parts: readonly Both[], further: number, context: RulesetContext): Both {
  const { bdd } = context;
  // What does not see the difference in what was done before is the same after each.
  const smalls = new Map<number, number>();
  for (const { large, small } of parts) if (large !== 0) smalls.set(large, bdd.or(smalls.get(large) ?? 0, small));
  const left = [...smalls].map(([large, small]): Both => ({ large, small: bdd.and(small, further) })).filter(({ small }) => small !== 0);
  const [first = { large: 0, small: 0 }] = left;
  return left.length < 2 ? first : { large: left.reduce((all, both) => bdd.or(all, together(both, 1, context)), 0), small: 1 };
}

/** All packets with the addresses and ports of some of these, and whose destination was translated like theirs. */
function sameFlow(packets: number, { bdd, layout }: RulesetContext): number {
  const flow = new Set([...['ip.source', 'ip.destination', 'ip.protocol', 'transport.source-port', 'transport.destination-port', 'ct.state'].flatMap((field) => levelsOf(layout, field) ?? []), layout.ctDnat]);
  const known = new Map<number, number>();
  const widened = (node: number): number => {
    if (bdd.isTerminal(node)) return node;
    const before = known.get(node);
    if (before !== undefined) return before;
    const [low, high] = [widened(bdd.low(node)), widened(bdd.high(node))];
    const result = flow.has(bdd.level(node)) ? bdd.node(bdd.level(node), low, high) : bdd.or(low, high);
    known.set(node, result);
    return result;
  };
  return widened(packets);
}

/** Which packets, as they come to a hook, are accepted there and are then in the region: those that are in any of these. */
function throughHook(outcomes: number, hook: Hook, { large, small }: Both, context: RulesetContext): readonly Both[] {
  const { bdd } = context;
  if (large === 0 || small === 0) return [];
  const groups = new Map<string, { readonly written: Written; readonly values: Set<number> }>();
  for (const value of bdd.terminalsOf(outcomes)) {
    const outcome: Outcome = context.outcomes.outcome(value);
    if (outcome.ending !== 'accept') continue;
    const key = writtenKey(outcome.written);
    const known = groups.get(key) ?? { written: outcome.written, values: new Set<number>() };
    groups.set(key, known);
    known.values.add(value);
  }
  let there: ReadonlySet<number> | undefined;
  const levels = (): ReadonlySet<number> => (there ??= new Set([...levelsIn(large, context), ...levelsIn(small, context)]));
  return [...groups.values()].map(({ written, values }) => {
    const substitution = new Map([...substitutionOf(written, context), ...context.questions.behind(written, new Map(), levels), ...rerouted(hook, written, context)]);
    const passes = bdd.replace(outcomes, 0, (value) => (value === undefined ? undefined : values.has(value) ? 1 : 0));
    return { large: bdd.substitute(large, substitution), small: bdd.and(passes, bdd.substitute(small, substitution)) };
  });
}

/** A local packet that mangle or nat has changed is routed anew: it may leave by another interface than OUTPUT has seen. */
function rerouted(hook: Hook, written: Written, { bdd, layout, questions }: RulesetContext): ReadonlyMap<number, number> {
  if (hook !== 'OUTPUT' || !['ip.source', 'ip.destination', 'ip.tos', 'packet.mark'].some((field) => written[field] !== undefined)) return new Map();
  const { levels } = layout.interfaces('out');
  const anew = questions.levels({ key: 'out interface after routing anew', bits: levels.length, looksAt: 'everything' });
  return new Map(levels.map((level, index) => [level, bdd.variable(anew[index] ?? -1)]));
}

/** What happens between two hooks: which packets come from one to the other so that they are in the region there. */
function between(from: Hook, to: Hook, region: Both, facts: Facts, context: RulesetContext): Both {
  const { bdd, layout } = context;
  const substituted = (substitution: Substitution): Both => ({ large: bdd.substitute(region.large, substitution), small: bdd.substitute(region.small, substitution) });
  if (from === 'PREROUTING' && to === 'FORWARD') {
    const ttl = levelsOf(layout, 'ip.ttl');
    if (ttl === undefined) return region;
    // Routing takes one off, and lets nothing through that had one left.
    const alive = intervalsNode(bdd, ttl, 0xffn, [{ min: 2n, max: 255n }]);
    const { large, small } = substituted(new Map(oneLess(ttl, context).map((bit, index) => [ttl[index] ?? -1, bit])));
    return { large, small: bdd.and(alive, small) };
  }
  if (from === 'OUTPUT') return substituted(new Map([[layout.sent, 1]]));
  if (from === 'POSTROUTING' && to === 'PREROUTING') {
    // What comes back over `lo` keeps its mark and its connection, which is confirmed by then; it has no Ethernet header, and no socket any more.
    const attached = bdd.not(facts.states('INVALID'));
    const substitution = new Map<number, number>([[layout.comesAttached, attached], [layout.first, 0], [layout.sent, 0]]);
    const { levels, representatives } = layout.interfaces('in');
    const code = codeOfLoopback(facts, levels, representatives.length, context);
    levels.forEach((level, index) => substitution.set(level, (code >> (levels.length - 1 - index)) & 1));
    levelsOf(layout, 'packet.type')?.forEach((level) => substitution.set(level, 0));
    return substituted(substitution);
  }
  return region;
}

function codeOfLoopback(facts: Facts, levels: readonly number[], count: number, { bdd }: RulesetContext): number {
  const { may } = facts.overLoopback('in');
  for (let code = 0; code < count; code++) if (bdd.and(codes(bdd, levels, [code], count), may) !== 0) return code;
  return 0;
}

function oneLess(levels: readonly number[], { bdd }: RulesetContext): readonly number[] {
  let borrow = 1;
  const bits: number[] = [];
  for (const level of [...levels].reverse()) {
    const bit = bdd.variable(level);
    bits.unshift(exclusive(bit, borrow, bdd));
    borrow = bdd.and(bdd.not(bit), borrow);
  }
  return bits;
}

/** What a way says of interfaces and addresses at a hook on it. */
function onTheWay(way: Way, hook: Hook, facts: Facts, { bdd, layout }: RulesetContext): number {
  const leaves = hook === 'OUTPUT' || hook === 'POSTROUTING';
  if (way === 'looped' || way === 'sent') return leaves ? facts.leaving(way) : facts.overLoopback('in').may;
  const alone = bdd.not(bdd.variable(layout.comesAttached));
  return leaves ? alone : bdd.and(alone, bdd.and(facts.overLoopback('in').mayNot, facts.offTheWire(hook)));
}

/** What is certain of a packet and its connection before any rule has seen it. */
function atTheStart(way: Way, facts: Facts, context: RulesetContext): number {
  const { bdd, layout } = context;
  const first = bdd.variable(layout.first);
  const none = (levels: readonly number[]): number => levels.reduce((all, level) => bdd.and(all, bdd.not(bdd.variable(level))), 1);
  const implies = (left: number, right: number): number => bdd.or(bdd.not(left), right);
  const wire = way === 'delivered' || way === 'forwarded';
  const parts = [
    // A connection begins unmarked and untranslated; those that another has led to take its mark.
    implies(bdd.and(first, facts.states('NEW')), none(levelsOf(layout, 'ct.mark') ?? [])),
    implies(first, none([layout.ctSnat, layout.ctDnat])),
    // An answer of the kernel's own brings its entry along, as RELATED; nothing else comes with one.
    bdd.not(bdd.variable(layout.sent)),
    wire ? bdd.not(bdd.variable(layout.comesAttached)) : implies(bdd.variable(layout.comesAttached), facts.states('RELATED')),
    // No socket sends what comes off the wire, nor has what is sent here an Ethernet header yet.
    ...(wire ? [facts.present({ kind: 'socket' }), facts.present({ kind: 'kernel-socket' })] : [facts.present({ kind: 'ethernet' })]).map((node) => (node === undefined ? 1 : bdd.not(node))),
    wire ? 1 : implies(bdd.variable(layout.comesAttached), bdd.not(facts.present({ kind: 'socket' }) ?? 0)),
    facts.opening(),
  ];
  return parts.reduce((all, part) => bdd.and(all, part), 1);
}
