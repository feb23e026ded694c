import type { Chain, HashlimitMatch, RecentMatch, Rule, Ruleset, Table, TableName } from '../ir/index.js';

/** Matches of all rules that share a table of keys by its name, and the tables of rules in which they stand. */
export interface KeyedUse<T> {
  readonly matches: readonly T[];
  readonly tables: ReadonlySet<TableName>;
}

/** By name, in the order in which the kernel comes to know them. `zones`: connections may be of several zones. */
export interface KeyedUses {
  readonly hashlimit: ReadonlyMap<string, KeyedUse<HashlimitMatch>>;
  readonly recent: ReadonlyMap<string, KeyedUse<RecentMatch>>;
  readonly zones: boolean;
  /** Whether some rule with a `--remove` of the list is as `asks` says. */
  removes(list: string, asks: (rule: Rule) => boolean): boolean;
}

export function keyedUses(ruleset: Ruleset): KeyedUses {
  const hashlimit = new Map<string, { matches: HashlimitMatch[]; tables: Set<TableName> }>();
  const recent = new Map<string, { matches: RecentMatch[]; tables: Set<TableName> }>();
  let zones = false;
  const removing = new Map<string, Rule[]>();
  for (const table of ruleset.tables) {
    for (const rule of asLoaded(table).flatMap((chain) => chain.rules)) {
      const { matches, jump } = rule;
      zones ||= jump?.kind === 'ct' && jump.zone !== undefined;
      for (const match of matches) {
        if (match.kind === 'hashlimit') add(hashlimit, match, table.name);
        if (match.kind === 'recent') add(recent, match, table.name);
        if (match.kind === 'recent' && match.action.value === 'remove') removing.set(match.name, [...(removing.get(match.name) ?? []), rule]);
      }
    }
  }
  return { hashlimit, recent, zones, removes: (list, asks) => removing.get(list)?.some(asks) ?? false };
}

function add<T extends { readonly name: string }>(uses: Map<string, { matches: T[]; tables: Set<TableName> }>, match: T, table: TableName): void {
  const use = uses.get(match.name) ?? { matches: [], tables: new Set() };
  uses.set(match.name, use);
  use.matches.push(match);
  use.tables.add(table);
}

/** The hooks' chains first, the others by name: as iptables hands a table to the kernel. */
function asLoaded({ chains }: Table): readonly Chain[] {
  const own = chains.filter(({ kind }) => kind === 'user').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [...chains.filter(({ kind }) => kind !== 'user'), ...own];
}
