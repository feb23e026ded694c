import type { CoreChain, CoreRuleset, CoreTable, Hook, TableName } from '../ir/index.js';

/** A base chain in its table. */
export interface BaseChain {
  readonly table: CoreTable;
  readonly chain: CoreChain;
}

/**
 * What a packet meets at a hook, in order: base chains each by itself, the nat chains together, and connection tracking between
 * `raw` and the rest where it is on.
 */
export interface Station {
  readonly kind: 'chain' | 'nat' | 'tracking';
  /** Rules here see what connection tracking has found. */
  readonly tracked: boolean;
  readonly chains: readonly BaseChain[];
}

/** The kernel's numbers: where xtables has its tables, and where connection tracking stands. */
const priorities: { readonly [T in TableName]: number } = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };
const trackingPriority = -200;

/** The nat chains of a hook stand together at one place, whatever priority each has among them: translation of the source is last. */
const natPriority = (hook: Hook): number => (hook === 'INPUT' || hook === 'POSTROUTING' ? 100 : -100);

const priorityOf = ({ table, chain }: BaseChain, hook: Hook): number => chain.base?.priority ?? (table.name === 'nat' ? natPriority(hook) : priorities[table.name]);

export function stationsAt(ruleset: CoreRuleset, hook: Hook): readonly Station[] {
  const bases = ruleset.tables
    .flatMap((table) => table.chains.filter(({ base }) => base?.hook === hook).map((chain): BaseChain => ({ table, chain })))
    // Of two chains with one priority the one that was made later runs first (measured).
    .reverse()
    .toSorted((a, b) => priorityOf(a, hook) - priorityOf(b, hook));
  // Packets are tracked before they come to the other hooks.
  const tracksHere = hook === 'PREROUTING' || hook === 'OUTPUT';
  const isTracked = (priority: number): boolean => ruleset.tracking && (!tracksHere || priority > trackingPriority);
  const placed: { readonly priority: number; readonly station: Station }[] = [];
  const nat = bases.filter(({ table }) => table.name === 'nat');
  for (const base of bases) {
    if (base.table.name === 'nat') continue;
    const priority = priorityOf(base, hook);
    placed.push({ priority, station: { kind: 'chain', tracked: isTracked(priority), chains: [base] } });
  }
  // Without connection tracking nothing ever visits the nat chains.
  if (nat.length > 0 && ruleset.tracking) placed.push({ priority: natPriority(hook), station: { kind: 'nat', tracked: true, chains: nat } });
  if (ruleset.tracking && tracksHere) placed.push({ priority: trackingPriority, station: { kind: 'tracking', tracked: true, chains: [] } });
  return placed.toSorted((a, b) => a.priority - b.priority).map(({ station }) => station);
}
