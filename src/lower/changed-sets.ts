import { addressMask, givenKeys, type Family, type Key, type KeyPart, type NamedSet, type Predicate, type Program, type SetJump, type SetMatch, type StateTable, type Step } from '../ir/index.js';
import { never, tested } from './predicates.js';
import { external, test } from './steps.js';

/** Sets that rules change, with the tables of keys that the core has of them, by name. */
export type KeptSets = ReadonlyMap<string, KeptSet>;

interface KeptSet {
  readonly set: NamedSet;
  readonly table: StateTable;
}

/** Sets by what becomes of them while packets come: `fixed` ones hold what is given, `kept` ones are tables of keys; of the others nothing is known. */
export function setsOf(program: Program): { readonly fixed: readonly NamedSet[]; readonly kept: KeptSets } {
  const rules = program.rulesets.flatMap(({ tables }) => tables.flatMap(({ name: table, chains }) => chains.flatMap((chain) => chain.rules.map((rule) => ({ table, rule })))));
  const jumps = rules.flatMap(({ rule: { jump } }) => (jump?.kind === 'set' ? [jump] : []));
  const changed = new Set(jumps.flatMap(changedBy));
  const { sets } = program;
  if (changed.size === 0) return { fixed: sets, kept: new Map() };
  const lists = sets.map(({ name, elements }) => ({ name, members: elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : []))) }));
  // What goes into a list goes into a member of it.
  for (const { name, members } of lists) if (changed.has(name)) for (const member of members) changed.add(member);
  for (const { name, members } of lists) if (members.some((member) => changed.has(member))) changed.add(name);
  const members = new Set(lists.flatMap((list) => list.members));
  const tablesAsking = (name: string): ReadonlySet<string> =>
    new Set(rules.flatMap(({ table, rule: { jump, matches } }) => ((jump?.kind === 'set' && changedBy(jump).includes(name)) || matches.some((match) => match.kind === 'set' && match.set.value === name) ? [table] : [])));
  const kept = sets.filter((set) => changed.has(set.name) && !members.has(set.name) && isKept(set, jumps.filter((jump) => changedBy(jump).includes(set.name))) && tablesAsking(set.name).size === 1);
  return { fixed: sets.filter(({ name }) => !changed.has(name)), kept: new Map(kept.map((set) => [set.name, { set, table: tableOf(set) }])) };
}

const changedBy = ({ add, remove }: SetJump): readonly string[] => [add, remove].flatMap((one) => (one === undefined ? [] : [one.set]));

/** Addresses under a mask, put in and taken out by jumps that do nothing else; none of them makes for good what was there for a while. */
const isKept = ({ method, dimensions, forceadd, timeout }: NamedSet, jumps: readonly SetJump[]): boolean =>
  method === 'hash' && dimensions.length === 1 && dimensions[0] === 'ip' && forceadd === undefined &&
  jumps.every((jump) => jump.map === undefined && (jump.exist === undefined || timeout === undefined || (jump.timeout ?? timeout) > 0));

/** The address that is looked up; undefined where the set is of the other family. */
function keyOf(set: NamedSet, [side]: readonly ('src' | 'dst')[], family: Family): Key | undefined {
  const field: KeyPart['field'] = side === 'dst' ? 'ip.destination' : 'ip.source';
  return set.family === family ? [{ field, mask: addressMask(set) }] : undefined;
}

function tableOf(set: NamedSet): StateTable {
  const elements = set.elements.map(({ parts, timeout = 0 }) => ({ parts: parts.flatMap((part) => (part.kind === 'addresses' ? [part.min & addressMask(set)] : [])), ...(timeout === 0 ? {} : { seconds: timeout }) }));
  return { name: set.name, role: '', ...givenKeys(elements) };
}

/** `-m set` of such a set. */
export function lookup(match: SetMatch, { set, table }: KeptSet, family: Family): Predicate {
  const key = keyOf(set, match.dimensions, family);
  return tested(match.set, () => (key === undefined ? never : external({ kind: 'listed', table, key })));
}

/** What SET does as steps of its rule: they always hold. Undefined where it changes sets that are not kept. */
export function changes(jump: SetJump, kept: KeptSets, family: Family): readonly Step[] | undefined {
  const { add, remove, exist, source } = jump;
  const [into, from] = [add, remove].map((one) => (one === undefined ? undefined : kept.get(one.set)));
  if (jump.map !== undefined || (add !== undefined && into === undefined) || (remove !== undefined && from === undefined)) return undefined;
  const steps: Step[] = [];
  const added = into === undefined || add === undefined ? undefined : keyOf(into.set, add.dimensions, family);
  if (into !== undefined && added !== undefined) {
    const { timeout } = into.set;
    const seconds = timeout === undefined ? 0 : (jump.timeout ?? timeout);
    steps.push(test(external({ kind: exist === true && seconds > 0 ? 'remember' : 'enter', table: into.table, key: added, ...(seconds === 0 ? {} : { seconds }) }), source));
  }
  const removed = from === undefined || remove === undefined ? undefined : keyOf(from.set, remove.dimensions, family);
  if (from !== undefined && removed !== undefined) steps.push(test(external({ kind: 'forget', table: from.table, key: removed }), source));
  return steps;
}
