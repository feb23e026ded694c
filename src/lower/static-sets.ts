import type { NamedSet, Program } from '../ir/index.js';

/** The sets whose content is as given whatever packets come: no rule puts into them, takes out of them or, of a list, does so in a member. */
export function staticSets({ rulesets, sets }: Program): readonly NamedSet[] {
  const rules = rulesets.flatMap(({ tables }) => tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules)));
  const changed = new Set(rules.flatMap(({ jump }) => (jump?.kind === 'set' ? [jump.add, jump.remove].flatMap((one) => (one === undefined ? [] : [one.set])) : [])));
  if (changed.size === 0) return sets;
  const lists = sets.map(({ name, elements }) => ({ name, members: elements.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'set' ? [part.name] : []))) }));
  // What goes into a list goes into a member of it.
  for (const { name, members } of lists) if (changed.has(name)) for (const member of members) changed.add(member);
  for (const { name, members } of lists) if (members.some((member) => changed.has(member))) changed.add(name);
  return sets.filter(({ name }) => !changed.has(name));
}
