import type { Diagnostic, Result } from '../../../src/diagnostics/index.js';
import { hooks, type CoreChain, type CoreProgram, type CoreRuleset, type CoreTable, type Family, type TableName } from '../../../src/ir/index.js';
import type { NftBase } from '../ast.js';
import type { ListedChain, ListedScript, ListedTable } from '../read/listed.js';
import { sourceOf, type ChainBuilder, type TableContext } from './context.js';
import { placed } from './placed.js';
import { raiseRule } from './rule.js';
import { turnsReassemblyOn, turnsTrackingOn } from './tracking.js';

/**
 * What a script of nft means, in the terms of the core, as nft evaluates it: an expression whose load fails breaks off its rule. Each
 * table of the core holds chains that stand where xtables has a table of that name: by type, and by priority, which its bases keep.
 * A table of nft whose chains stand in several such places comes several times, with all chains that these jump to.
 */
export function raise(script: ListedScript, { file }: { readonly file: string }): Result<CoreProgram> {
  const diagnostics: Diagnostic[] = [];
  const families = ([4, 6] as const).filter((family) => script.tables.some((table) => table.family === family));
  return { value: { rulesets: families.map((family) => raiseFamily(script, family, file, diagnostics)), sets: [] }, diagnostics };
}

function raiseFamily(script: ListedScript, family: Family, file: string, diagnostics: Diagnostic[]): CoreRuleset {
  const own = script.tables.filter((table) => table.family === family);
  const tables = own.flatMap((table) => placesOf(table).map((place) => raiseTable(table, place, file, diagnostics)));
  // A half of an `inet` table turns it on for both.
  const concerned = script.tables.filter((table) => table.family === family || table.inet === true);
  const tracking = concerned.some(turnsTrackingOn);
  return { family, file, tracking, ...(!tracking && concerned.some(turnsReassemblyOn) ? { reassembly: true } : {}), tables: tables.sort((a, b) => firstPriority(a) - firstPriority(b)) };
}

const firstPriority = ({ chains }: CoreTable): number => Math.min(...chains.map(({ base }) => base?.priority ?? Infinity));

/** The names under which the chains of a table appear. */
function placesOf(table: ListedTable): readonly (TableName | undefined)[] {
  if (table.origin !== undefined) return [undefined];
  const names = [...new Set(table.chains.flatMap(({ base }) => (base === undefined ? [] : [placeOf(base)])))];
  return names.length === 0 ? ['filter'] : names;
}

/** Connection tracking stands at -200; what comes before sees no entries, as raw does. */
function placeOf({ type, priority }: NftBase): TableName {
  if (type === 'nat') return 'nat';
  if (priority < -200) return 'raw';
  if (priority <= -100) return 'mangle';
  return priority < 50 ? 'filter' : 'security';
}

function raiseTable(table: ListedTable, place: TableName | undefined, file: string, diagnostics: Diagnostic[]): CoreTable {
  const context: TableContext = {
    table,
    family: table.family,
    file,
    diagnostics,
    sets: new Map(table.sets.map((set) => [set.name, set])),
    maps: new Map((table.maps ?? []).map((map) => [map.name, map])),
    extra: [],
  };
  const chains = (place === undefined ? table.chains : table.chains.filter(({ base }) => base === undefined || placeOf(base) === place)).toSorted(byBase);
  const raised = chains.map((chain) => raiseChain(chain, context));
  return { name: place ?? table.origin ?? 'filter', chains: [...raised, ...context.extra] };
}

/** Base chains first, hook by hook, in the order in which they run. */
function byBase(a: ListedChain, b: ListedChain): number {
  const rank = ({ base }: ListedChain): readonly [number, number] => (base === undefined ? [hooks.length, 0] : [hooks.indexOf(base.hook), base.priority]);
  const [[hook, priority], [otherHook, otherPriority]] = [rank(a), rank(b)];
  return hook - otherHook || priority - otherPriority;
}

function raiseChain(chain: ListedChain, table: TableContext): CoreChain {
  const first: ChainBuilder = { name: chain.name, rules: [] };
  let current = first;
  for (const { rule, position } of placed(chain.rules)) {
    current = raiseRule({ table, family: table.family, rule, chain: chain.name, position, source: sourceOf(rule), extra: 0 }, current);
  }
  const { base } = chain;
  if (base === undefined) return first;
  return { ...first, base: { hook: base.hook, policy: base.policy === 'drop' ? 'DROP' : 'ACCEPT', counters: { packets: 0n, bytes: 0n }, priority: base.priority } };
}
