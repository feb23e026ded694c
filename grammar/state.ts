import { builtinChains, encodeText, tableNames, type Chain, type Counters, type Hook, type Rule, type Source, type Table, type TableName } from '../src/ir/index.js';

/** One rule in a table that is being built. */
export interface Entry {
  rule: Rule;
  /** The kernel follows no path behind it: a verdict without any test. */
  readonly final: boolean;
  /** Its text for comparison by `-D`, once it was asked for. */
  key?: string;
}

export interface ChainState {
  name: string;
  readonly hook?: Hook;
  policy: 'ACCEPT' | 'DROP';
  counters: Counters;
  readonly entries: Entry[];
  /** Where it was declared, or where its policy was set. */
  source?: Source;
}

/** A table between `*table` and `COMMIT`, and after it: a second block of the same table starts from here. */
export interface TableState {
  readonly name: TableName;
  readonly chains: Map<string, ChainState>;
}

const noCounters: Counters = { packets: 0n, bytes: 0n };

export function newTable(name: TableName): TableState {
  const chains = new Map<string, ChainState>();
  for (const hook of builtinChains[name]) chains.set(hook, { name: hook, hook, policy: 'ACCEPT', counters: noCounters, entries: [] });
  return { name, chains };
}

/** What `*table` does to a table that exists: no rules, no user chains; policies stay. */
export function flushTable(table: TableState): void {
  for (const chain of [...table.chains.values()]) {
    if (chain.hook === undefined) table.chains.delete(chain.name);
    else chain.entries.length = 0;
  }
}

export const isTableName = (name: string): name is TableName => (tableNames as readonly string[]).includes(name);

/** The chain a rule jumps or goes to. */
export const jumpedChain = (rule: Rule): string | undefined =>
  rule.jump?.kind === 'chain' || rule.jump?.kind === 'goto' ? rule.jump.chain : undefined;

/** Ascending by bytes, as `LC_ALL=C sort` does it. */
export function compareBytes(left: string, right: string): number {
  if (isAscii(left) && isAscii(right)) return left < right ? -1 : left > right ? 1 : 0;
  const a = encodeText(left);
  const b = encodeText(right);
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const isAscii = (text: string): boolean => !/[^\u0000-\u007f]/.test(text);

/** The finished table. */
export function freezeTable(table: TableState): Table {
  const base: Chain[] = [];
  const user: Chain[] = [];
  for (const chain of table.chains.values()) {
    const rules = chain.entries.map((entry) => entry.rule);
    if (chain.hook !== undefined) {
      base.push({
        kind: 'base',
        name: chain.hook,
        hook: chain.hook,
        policy: chain.policy,
        counters: chain.counters,
        rules,
        ...(chain.source === undefined ? {} : { source: chain.source }),
      });
    } else if (chain.source !== undefined) {
      user.push({ kind: 'user', name: chain.name, rules, source: chain.source });
    }
  }
  user.sort((left, right) => compareBytes(left.name, right.name));
  return { name: table.name, chains: [...base, ...user] };
}
