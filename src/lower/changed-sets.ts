import type { ExternalTest, NamedSet, Program, Rule, SetJump, SetMatch, Source, Step, TableName } from '../ir/index.js';
import type { MatchContext } from './context.js';
import { singleValued } from './single-valued.js';
import { keptSet, type KeptSet, restsOn, type Way, waysOf } from './set-ways.js';
import { and, inIntervals, not, or, tested } from './predicates.js';
import { external, testUnder } from './steps.js';

/** Sets that rules change, by name: those of which the core has tables of keys, and why it has none of the others. */
export interface ChangedSets {
  readonly kept: ReadonlyMap<string, KeptSet>;
  readonly left: ReadonlyMap<string, string>;
}

/** Sets by what becomes of them while packets come: `fixed` ones hold what is given, of changed ones see above. */
export function setsOf(program: Program): { readonly fixed: readonly NamedSet[]; readonly changed: ChangedSets } {
  const uses = usesOf(program);
  const changed = new Set(uses.flatMap(({ rule: { jump } }) => (jump?.kind === 'set' ? changedBy(jump) : [])));
  const { sets } = program;
  const lists = sets.map(({ name, elements }) => ({ name, members: elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : []))) }));
  // What goes into a list goes into a member of it.
  for (const { name, members } of lists) if (changed.has(name)) for (const member of members) changed.add(member);
  for (const { name, members } of lists) if (members.some((member) => changed.has(member))) changed.add(name);
  const members = new Set(lists.flatMap((list) => list.members));
  const kept = new Map<string, KeptSet>();
  const left = new Map<string, string>();
  for (const set of sets.filter(({ name }) => changed.has(name))) {
    const own = members.has(set.name) ? 'it is a member of a list' : keptOrNot(set, uses);
    if (typeof own === 'string') left.set(set.name, own);
    else kept.set(set.name, own);
  }
  return { fixed: sets.filter(({ name }) => !changed.has(name)), changed: { kept, left } };
}

interface Use {
  readonly rule: Rule;
  /** Of nft, a table of one family. */
  readonly table: `${4 | 6} ${TableName}`;
}

const usesOf = ({ rulesets }: Program): readonly Use[] =>
  rulesets.flatMap(({ family, tables }) => tables.flatMap(({ name, chains }) => chains.flatMap(({ rules }) => rules.map((rule): Use => ({ rule, table: `${family} ${name}` })))));

const changedBy = ({ add, remove }: SetJump): readonly string[] => [add, remove].flatMap((one) => (one === undefined ? [] : [one.set]));

/** A reason where the core cannot know what the set holds. */
function keptOrNot(set: NamedSet, uses: readonly Use[]): KeptSet | string {
  const jumps = uses.flatMap(({ rule }) => (rule.jump?.kind === 'set' && changedBy(rule.jump).includes(set.name) ? [{ rule, jump: rule.jump }] : []));
  if (jumps.some(({ jump }) => jump.map !== undefined)) return 'SET --map-set looks at it in the same rule';
  if (set.forceadd !== undefined) return 'with forceadd a full set gives up some other element for a new one';
  if (set.timeout !== undefined && jumps.some(({ jump }) => jump.exist !== undefined && (jump.timeout ?? set.timeout) === 0)) return 'SET --exist with timeout 0 makes for good what was there for a while, which an update in nft does not';
  const asking = new Set(uses.flatMap(({ rule: { jump, matches }, table }) => ((jump?.kind === 'set' && changedBy(jump).includes(set.name)) || matches.some((match) => match.kind === 'set' && match.set.value === set.name) ? [table] : [])));
  if (asking.size > 1) return 'rules of several tables ask for it, and a set of nft belongs to one';
  const single = singleValued(set, jumps.some(({ jump }) => jump.remove?.set === set.name));
  return typeof single === 'string' ? single : keptSet(single, jumps.flatMap(({ rule, jump }) => (jump.add?.set === set.name ? [rule] : [])));
}

/** `-m set` of such a set. */
export function lookup(match: SetMatch, kept: KeptSet, context: MatchContext): Step {
  const { single } = kept;
  // What is asked for then is an element that lets nothing through, and none of these is.
  const ways = single.networks && match.returnNomatch === true ? [] : waysOf(kept, match.dimensions, 'look', context);
  const listed = ways.map(({ where, table, key }) => and([where, external({ kind: 'listed', table, key })]));
  const [side] = match.dimensions;
  const around = ways.length === 0 ? [] : [inIntervals(context.family, side === 'dst' ? 'ip.destination' : 'ip.source', single.wider)];
  return testUnder(tested(match.set, () => or([...around, ...listed])), match.source, 'set', restsOn(ways, context));
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
