import type { Family, FragmentAssumption, Hook, Table } from '../ir/index.js';

/** The hooks from which each chain of a table is reached, by jumps and gotos of any depth. */
export function hooksOfChains(table: Table): ReadonlyMap<string, ReadonlySet<Hook>> {
  const byName = new Map(table.chains.map((chain) => [chain.name, chain]));
  const hooks = new Map<string, Set<Hook>>(table.chains.map((chain) => [chain.name, new Set<Hook>()]));
  for (const base of table.chains) {
    if (base.kind !== 'base') continue;
    const open = [base.name as string];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const reached = hooks.get(name);
      if (reached === undefined || reached.has(base.hook)) continue;
      reached.add(base.hook);
      for (const { jump } of byName.get(name)?.rules ?? []) {
        if (jump?.kind === 'chain' || jump?.kind === 'goto') open.push(jump.chain);
      }
    }
  }
  return hooks;
}

/**
 * Whether a later fragment can come to a chain, as the assumption under which none does; undefined where none can.
 *
 * IPv4: with tracking on, or something else that has them put together, packets are put together before raw PREROUTING and before raw OUTPUT, so no rule sees a fragment (save
 * those of a raw socket with IP_NODEFRAG, which no packet file can express). Without, local delivery still puts them together
 * before INPUT. IPv6: INPUT comes before reassembly, and with tracking on only the outer fragment header is taken away: a later
 * fragment inside an unfragmented one is seen by every table, as state INVALID.
 */
export function laterFragments(family: Family, reassembles: boolean, hooks: ReadonlySet<Hook>): FragmentAssumption | undefined {
  if (family === 6) return reassembles ? 'no-nested-fragments' : 'no-later-fragments';
  return reassembles || [...hooks].every((hook) => hook === 'INPUT') ? undefined : 'no-later-fragments';
}
