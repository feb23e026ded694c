import { type CoreRuleset, type Hook, type Predicate, reassembles } from '../ir/index.js';
import { alikeBut, type Place } from './alike.js';
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
  return composed(stationsAt(ruleset, hook), hook, ruleset, baseDiagrams(ruleset, hook, context), context);
}

/** Both sides at one hook, where they may differ: what they agree on is left out, and stands as accepted. `turn` is told whose rules are begun. */
export function differingNodes(left: CoreRuleset, right: CoreRuleset, hook: Hook, context: RulesetContext, allowed: number, turn: (side: 'left' | 'right') => void): { readonly left: number; readonly right: number } {
  const { bdd } = context;
  const sides = [left, right].map((ruleset) => ({ ruleset, stations: stationsAt(ruleset, hook), tables: tablesOf(ruleset, hook, context) }));
  const [one, other] = sides;
  if (one === undefined || other === undefined) throw new Error('a comparison has two sides');
  const accepted = endNode('accept', context);
  const compose = (restrict: (base: BaseChain, tracked: boolean, side: 0 | 1) => number): { readonly left: number; readonly right: number } => {
    const [first = 0, second = 0] = ([0, 1] as const).map((side) => {
      turn(side === 0 ? 'left' : 'right');
      const { stations, ruleset } = side === 0 ? one : other;
      return composed(stations, hook, ruleset, (base, tracked) => restrict(base, tracked, side), context);
    });
    return { left: first, right: second };
  };
  const whole = (base: BaseChain, tracked: boolean, side: 0 | 1): number => (side === 0 ? one : other).tables(base, tracked).chain(base.chain.name);
  if (left.tracking !== right.tracking || reassembles(left) !== reassembles(right) || shapeOf(one.stations) !== shapeOf(other.stations)) return compose(whole);
  const pairs = one.stations.flatMap(({ chains, tracked }, index) => chains.map((base, at) => ({ tracked, bases: [base, other.stations[index]?.chains[at] ?? base] as const })));
  const compared = pairs.map(({ tracked, bases: [base, theirs] }) => {
    const places: readonly [Place, Place] = [{ chain: base.chain, diagrams: one.tables(base, tracked) }, { chain: theirs.chain, diagrams: other.tables(theirs, tracked) }];
    const short = alikeBut(places[0], places[1], context, turn);
    if (short !== undefined) return { ...short, touches: false };
    const nodes = [whole(base, tracked, 0), whole(theirs, tracked, 1)] as const;
    return { nodes, region: undefined, touches: !nodes.every((node) => touchesNothing(node, context)) };
  });
  const [only] = compared;
  // Where a single pair differs is told with what can come there.
  if (compared.length === 1 && only !== undefined && only.region === undefined && only.nodes[0] !== only.nodes[1]) return compose(whole);
  // What a chain writes or asks is seen by those behind it, so that they are no functions of the same packet any more.
  if (pairs.length > 1 && compared.some(({ touches }) => touches)) return compose(whole);
  const region = compared.reduce((all, { nodes, region: within }) => {
    const apart = differingNode(nodes[0], nodes[1], context, allowed, 'all');
    return bdd.or(all, within === undefined ? apart : bdd.and(within, apart));
  }, 0);
  if (region === 0) return { left: accepted, right: accepted };
  const cut = compared.length > 1 || compared.some(({ region: within }) => within !== undefined);
  const at = (base: BaseChain, side: 0 | 1): number => pairs.findIndex(({ bases }) => bases[side].chain === base.chain);
  return compose((base, tracked, side) => {
    const pair = compared[at(base, side)];
    // Where the pair was looked at in its own region alone, the rest of the hook's region asks the whole chain.
    const node = pair === undefined || (pair.region !== undefined && !bdd.isWithin(region, pair.region)) ? whole(base, tracked, side) : pair.nodes[side];
    return cut ? bdd.ite(region, node, accepted) : node;
  });
}

/** What of a hook's stations must be the same for their chains to be compared one by one. */
const shapeOf = (stations: readonly Station[]): string =>
  JSON.stringify(stations.map(({ kind, tracked, chains }) => [kind, tracked, chains.map(({ table }) => table.name === 'nat')]));

/** The diagram of a base chain by itself, with its policy. */
type BaseDiagrams = (base: BaseChain, tracked: boolean) => number;

const baseDiagrams = (ruleset: CoreRuleset, hook: Hook, context: RulesetContext): BaseDiagrams => {
  const tables = tablesOf(ruleset, hook, context);
  return (base, tracked) => tables(base, tracked).chain(base.chain.name);
};

function tablesOf(ruleset: CoreRuleset, hook: Hook, context: RulesetContext): (base: BaseChain, tracked: boolean) => ChainDiagrams {
  const tables = new Map<string, ChainDiagrams>();
  return ({ table }, tracked) => {
    const key = `${ruleset.tables.indexOf(table)} ${tracked}`;
    const diagrams = tables.get(key) ?? chainDiagrams(table, { hook, tracked }, ruleset.tracking, context);
    tables.set(key, diagrams);
    return diagrams;
  };
}

function composed(stations: readonly Station[], hook: Hook, ruleset: CoreRuleset, diagram: BaseDiagrams, context: RulesetContext): number {
  const accepted = endNode('accept', context);
  const node = stations.reduceRight((rest, station) => follow(stationNode(station, { hook, tracked: station.tracked }, diagram, context), 'accept', rest, context), accepted);
  if (hook !== 'PREROUTING' && hook !== 'OUTPUT') return node;
  const begun = fromTheStart(node, ruleset.tracking, context);
  return reassembles(ruleset) && context.oneReassembles === true ? context.bdd.ite(heldFragments(context), endNode('drop', context), begun) : begun;
}

/**
 * Connection tracking, and what looks for sockets, puts fragments together before any rule sees them: a later one by itself goes no further. Of IPv6 only the outer
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

