import type { ExternalTest, Family, NamedSet, Predicate, Program, Rule, SetJump, SetMatch, Source, StateTable, Step, TableName } from '../ir/index.js';
import type { MatchContext } from './context.js';
import { singleValued } from './single-valued.js';
import { elementsIn, keptSet, type KeptSet, restsOn, type Way, waysOf } from './set-ways.js';
import { and, inIntervals, never, not, or, tested } from './predicates.js';
import { external, testUnder } from './steps.js';

/** Sets that rules change, by name: those of which the core has tables of keys, and why it has none of the others. */
export interface ChangedSets {
  readonly kept: ReadonlyMap<string, ChangedSet>;
  readonly left: ReadonlyMap<string, string>;
}

/** `changing`: those of its tables that some rule can change. The other elements stay a set as it is given. */
interface ChangedSet extends KeptSet {
  readonly changing: ReadonlySet<StateTable>;
}

/** Sets by what becomes of them while packets come: `fixed` ones hold what is given, of changed ones see above. */
export function setsOf(program: Program): { readonly fixed: readonly NamedSet[]; readonly changed: ChangedSets } {
  const uses = usesOf(program);
  const changed = new Set(uses.flatMap(({ rule: { jump } }) => (jump?.kind === 'set' ? changedBy(jump) : [])));
  const { sets } = program;
  if (changed.size === 0) return { fixed: sets, changed: { kept: new Map(), left: new Map() } };
  const lists = sets.map(({ name, elements }) => ({ name, members: elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : []))) }));
  // What goes into a list goes into a member of it.
  for (const { name, members } of lists) if (changed.has(name)) for (const member of members) changed.add(member);
  for (const { name, members } of lists) if (members.some((member) => changed.has(member))) changed.add(name);
  const members = new Set(lists.flatMap((list) => list.members));
  const kept = new Map<string, ChangedSet>();
  const left = new Map<string, string>();
  for (const set of sets.filter(({ name }) => changed.has(name))) {
    const own = members.has(set.name) ? 'it is a member of a list' : keptOrNot(set, uses);
    if (typeof own === 'string') left.set(set.name, own);
    else kept.set(set.name, own);
  }
  return { fixed: [...sets.filter(({ name }) => !changed.has(name)), ...[...kept.values()].flatMap(stillIn)], changed: { kept, left } };
}

/** The part of a set that no rule can change. */
function stillIn(kept: ChangedSet): readonly NamedSet[] {
  const still = [kept.table, kept.portless].filter((table) => !kept.changing.has(table)).flatMap((table) => elementsIn(kept, table));
  return still.length === 0 ? [] : [{ ...kept.single.set, elements: still }];
}

interface Use {
  readonly rule: Rule;
  readonly family: Family;
  /** Of nft, a table of one family. */
  readonly table: `${Family} ${TableName}`;
}

const usesOf = ({ rulesets }: Program): readonly Use[] =>
  rulesets.flatMap(({ family, tables }) => tables.flatMap(({ name, chains }) => chains.flatMap(({ rules }) => rules.map((rule): Use => ({ rule, family, table: `${family} ${name}` })))));

const changedBy = ({ add, remove }: SetJump): readonly string[] => [add, remove].flatMap((one) => (one === undefined ? [] : [one.set]));

/** A reason where the core cannot know what the set holds. */
function keptOrNot(set: NamedSet, uses: readonly Use[]): ChangedSet | string {
  const jumps = uses.flatMap(({ rule, family }) => (rule.jump?.kind === 'set' && changedBy(rule.jump).includes(set.name) ? [{ rule, family, jump: rule.jump }] : []));
  if (jumps.some(({ jump }) => jump.map !== undefined)) return 'SET --map-set looks at it in the same rule';
  if (set.forceadd !== undefined) return 'with forceadd a full set gives up some other element for a new one';
  if (set.timeout !== undefined && jumps.some(({ jump }) => jump.exist !== undefined && (jump.timeout ?? set.timeout) === 0)) return 'SET --exist with timeout 0 makes for good what was there for a while, which an update in nft does not';
  const asking = new Set(uses.flatMap(({ rule: { jump, matches }, table }) => ((jump?.kind === 'set' && changedBy(jump).includes(set.name)) || matches.some((match) => match.kind === 'set' && match.set.value === set.name) ? [table] : [])));
  if (asking.size > 1) return 'rules of several tables ask for it, and a set of nft belongs to one';
  const single = singleValued(set, jumps.some(({ jump }) => jump.remove?.set === set.name));
  if (typeof single === 'string') return single;
  const kept = keptSet(single, jumps.flatMap(({ rule, jump }) => (jump.add?.set === set.name ? [rule] : [])));
  const ways = jumps.flatMap(({ rule, family, jump: { add, remove } }) => [
    ...(add?.set === set.name ? waysOf(kept, add.dimensions, 'add', { family, rule }) : []),
    ...(remove?.set === set.name ? waysOf(kept, remove.dimensions, 'remove', { family, rule }) : []),
  ]);
  return { ...kept, changing: new Set(ways.flatMap(({ where, table }) => (where === never ? [] : [table]))) };
}

/** `-m set` of such a set. */
export function lookup(match: SetMatch, kept: ChangedSet, context: MatchContext): Step {
  const { single } = kept;
  // What is asked for then is an element that lets nothing through, and none of these is.
  const ways = single.networks && match.returnNomatch === true ? [] : waysOf(kept, match.dimensions, 'look', context);
  const listed = ways.flatMap(({ where, table, key }) => (kept.changing.has(table) ? [and([where, external({ kind: 'listed', table, key })])] : []));
  const given: readonly Predicate[] = ways.length === 0 || stillIn(kept).length === 0 ? [] : [{ kind: 'set', set: single.set.name, dimensions: match.dimensions, nomatch: false }];
  const [side] = match.dimensions;
  const around = ways.length === 0 ? [] : [inIntervals(context.family, side === 'dst' ? 'ip.destination' : 'ip.source', single.wider)];
  return testUnder(tested(match.set, () => or([...around, ...given, ...listed])), match.source, 'set', restsOn(ways, context));
}

/** What SET does as steps of its rule: they always hold. A reason where it changes sets that are not kept. */
export function changes(jump: SetJump, { kept, left }: ChangedSets, context: MatchContext): readonly Step[] | string {
  const { add, remove, exist, source, map } = jump;
  if (map !== undefined) return '--map-set takes marks, priorities and queues from elements, which those of nft do not carry';
  const missing = changedBy(jump).find((name) => !kept.has(name));
  if (missing !== undefined) return `of the set ${JSON.stringify(missing)}: ${left.get(missing) ?? 'its type and elements are not known'}`;
  const steps: Step[] = [];
  const into = add === undefined ? undefined : kept.get(add.set);
  if (add !== undefined && into !== undefined) {
    const { timeout } = into.single.set;
    const seconds = timeout === undefined ? 0 : (jump.timeout ?? timeout);
    const kind = exist === true && seconds > 0 ? 'remember' : 'enter';
    steps.push(...changesBy(into, add.dimensions, 'add', ({ table, key }) => ({ kind, table, key, ...(seconds === 0 ? {} : { seconds }) }), source, context));
  }
  const from = remove === undefined ? undefined : kept.get(remove.set);
  if (remove !== undefined && from !== undefined) steps.push(...changesBy(from, remove.dimensions, 'remove', ({ table, key }) => ({ kind: 'forget', table, key }), source, context));
  return steps;
}

/** One step for each way: where its key cannot be read nothing is done. */
function changesBy(kept: KeptSet, sides: readonly ('src' | 'dst')[], doing: 'add' | 'remove', change: (way: Way) => ExternalTest, source: Source, context: MatchContext): readonly Step[] {
  const ways = waysOf(kept, sides, doing, context);
  return ways.map((way) => testUnder(or([not(way.where), external(change(way))]), source, 'SET', restsOn(ways, context)));
}
