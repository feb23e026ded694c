import type { CoreRuleset, Hook, Predicate } from '../ir/index.js';
import { chainDiagrams, type ChainDiagrams } from './chain.js';
import type { RulesetContext } from './context.js';
import { differingNode } from './difference.js';
import { intervalsNode } from './interval.js';
import { attachments, ctStateCodes } from './layout.js';
import { predicateNode, type Standpoint } from './predicate.js';
import { endNode, follow, touchesNothing } from './sequence.js';
import { type BaseChain, type Station, stationsAt } from './stations.js';

/** The outcome of every packet at one hook: a diagram whose terminals are numbers of `outcomes`. */
export function hookNode(ruleset: CoreRuleset, hook: Hook, context: RulesetContext): number {
  return composed(stationsAt(ruleset, hook), hook, ruleset.tracking, baseDiagrams(ruleset, hook, context), context);
}

/** Both sides at one hook, where they may differ: what they agree on is left out, and stands as accepted. `turn` is told whose rules are begun. */
export function differingNodes(left: CoreRuleset, right: CoreRuleset, hook: Hook, context: RulesetContext, allowed: number, turn: (side: 'left' | 'right') => void): { readonly left: number; readonly right: number } {
  const sides = [left, right].map((ruleset) => ({ ruleset, stations: stationsAt(ruleset, hook), diagram: baseDiagrams(ruleset, hook, context) }));
  const [one, other] = sides;
  if (one === undefined || other === undefined) throw new Error('a comparison has two sides');
  const accepted = endNode('accept', context);
  const alike = left.tracking === right.tracking && shapeOf(one.stations) === shapeOf(other.stations);
  const chains = one.stations.flatMap(({ chains, tracked }, index) => chains.map((base, at) => [base, other.stations[index]?.chains[at] ?? base, tracked] as const));
  turn('left');
  const before = alike ? chains.map(([base, , tracked]) => one.diagram(base, tracked)) : [];
  turn('right');
  const after = alike ? chains.map(([, base, tracked]) => other.diagram(base, tracked)) : [];
  // What a chain writes or asks is seen by those behind it, so that they are no functions of the same packet any more.
  const restricted = alike && (chains.length < 2 || [...before, ...after].every((node) => touchesNothing(node, context)));
  const region = restricted ? before.reduce((all, node, index) => context.bdd.or(all, differingNode(node, after[index] ?? node, context, allowed, 'all')), 0) : 1;
  if (restricted && region === 0) return { left: accepted, right: accepted };
  const cut = restricted && chains.length > 1;
  const [first = 0, second = 0] = sides.map(({ ruleset, stations, diagram }, index) => {
    turn(index === 0 ? 'left' : 'right');
    return composed(stations, hook, ruleset.tracking, cut ? (base, tracked) => context.bdd.ite(region, diagram(base, tracked), accepted) : diagram, context);
  });
  return { left: first, right: second };
}

/** What of a hook's stations must be the same for their chains to be compared one by one. */
const shapeOf = (stations: readonly Station[]): string =>
  JSON.stringify(stations.map(({ kind, tracked, chains }) => [kind, tracked, chains.map(({ table }) => table.name === 'nat')]));

/** The diagram of a base chain by itself, with its policy. */
type BaseDiagrams = (base: BaseChain, tracked: boolean) => number;

function baseDiagrams(ruleset: CoreRuleset, hook: Hook, context: RulesetContext): BaseDiagrams {
  const tables = new Map<string, ChainDiagrams>();
  return ({ table, chain }, tracked) => {
    const key = `${ruleset.tables.indexOf(table)} ${tracked}`;
    const diagrams = tables.get(key) ?? chainDiagrams(table, { hook, tracked }, ruleset.tracking, context);
    tables.set(key, diagrams);
    return diagrams(chain.name);
  };
}

function composed(stations: readonly Station[], hook: Hook, tracking: boolean, diagram: BaseDiagrams, context: RulesetContext): number {
  const accepted = endNode('accept', context);
  const node = stations.reduceRight((rest, station) => follow(stationNode(station, { hook, tracked: station.tracked }, diagram, context), 'accept', rest, context), accepted);
  if (hook !== 'PREROUTING' && hook !== 'OUTPUT') return node;
  const begun = fromTheStart(node, tracking, context);
  return tracking && context.oneReassembles === true ? context.bdd.ite(heldFragments(context), endNode('drop', context), begun) : begun;
}

/**
 * Connection tracking puts fragments together before any rule sees them: a later one by itself goes no further. Of IPv6 only the outer
 * fragment header is taken away; one behind it stays.
 */
function heldFragments({ bdd, layout, questions }: RulesetContext): number {
  const later = bdd.not(intervalsNode(bdd, layout.field('ip.fragment-offset'), 0x1fffn, [{ min: 0n, max: 0n }]));
  if (layout.family === 4) return later;
  const [nested = -1] = questions.levels({ key: 'fragment inside a fragment', bits: 1, looksAt: 'nothing' });
  return bdd.and(later, bdd.not(bdd.variable(nested)));
}

/** What is attached to a packet when it comes: its own entry, or nothing. Afterwards nobody asks any more. */
function fromTheStart(node: number, mayComeAttached: boolean, { bdd, layout, outcomes }: RulesetContext): number {
  const start = mayComeAttached ? bdd.variable(layout.comesAttached) : 0;
  const begun = bdd.substitute(node, new Map(layout.attached.map((level) => [level, start])));
  if (!outcomes.writes('attached') || ![...bdd.terminalsOf(begun)].some((value) => outcomes.outcome(value).written['attached'] !== undefined)) return begun;
  return bdd.replace(begun, 0, (value) => {
    if (value === undefined) return undefined;
    const outcome = outcomes.outcome(value);
    const { attached: _, ...written } = outcome.written;
    return bdd.terminal(outcomes.number({ ...outcome, written }));
  });
}

function stationNode(station: Station, at: Standpoint, diagram: BaseDiagrams, context: RulesetContext): number {
  const { bdd } = context;
  const accepted = endNode('accept', context);
  const diagramOf = (base: BaseChain): number => diagram(base, station.tracked);
  switch (station.kind) {
    case 'chain':
      return station.chains.reduceRight((rest, chain) => follow(diagramOf(chain), 'accept', rest, context), accepted);
    case 'tracking':
      return trackingNode(context);
    case 'nat': {
      // The chains are asked one after the other until one translates.
      const asked = station.chains.reduceRight((rest, chain) => follow(diagramOf(chain), 'accept', rest, context), accepted);
      return bdd.ite(firstNode(at, context), follow(asked, 'translated', accepted, context), accepted);
    }
  }
}

/** Only the first packet of a connection visits the nat chains; ICMP about another connection never does. */
function firstNode(at: Standpoint, context: RulesetContext): number {
  const { bdd, layout } = context;
  const icmp: Predicate = { kind: 'field', field: 'ip.protocol', mask: 0xffn, intervals: layout.family === 4 ? [{ min: 1n, max: 1n }] : [{ min: 58n, max: 58n }] };
  const state = (name: 'NEW' | 'RELATED'): number => predicateNode({ kind: 'ct-state', states: [name] }, at, context);
  return bdd.and(bdd.variable(layout.first), bdd.or(state('NEW'), bdd.and(state('RELATED'), bdd.not(predicateNode(icmp, at, context)))));
}

/** Connection tracking passes over a packet that NOTRACK has marked. */
function trackingNode(context: RulesetContext): number {
  const { bdd, layout, outcomes } = context;
  const marked = intervalsNode(bdd, layout.attached, 3n, [{ min: BigInt(attachments.untracked), max: BigInt(attachments.untracked) }]);
  const untracked = [2, 1, 0].map((bit) => ((ctStateCodes.indexOf('UNTRACKED') >> bit) & 1));
  return bdd.ite(marked, bdd.terminal(outcomes.number({ ending: 'accept', effects: [], written: { 'ct.state': untracked } })), endNode('accept', context));
}

