import { hooks as allHooks, tcpFlagBits, type Hook, type Match } from '../src/ir/index.js';
import type { NamedNeed } from './state.js';
import { jumpedChain, type ChainState, type Entry, type TableState } from './state.js';
import { log, type Log } from './report.js';
import { formatProtocol } from './values/protocol.js';

/**
 * What the kernel checks when a table is committed: that no built-in chain reaches a loop, and that each extension suits its table,
 * the rule's protocol, and every built-in chain from which the rule can be reached. Rules behind a verdict without tests are
 * reached from nowhere.
 */
export function checkTable(table: TableState, to: Log): void {
  const reach = new Map<string, Hook[]>();
  const looped = new Set<Entry>();
  for (const chain of table.chains.values()) {
    if (chain.hook !== undefined) walk(chain, chain.hook, { table, to, reach, looped });
  }
  for (const chain of table.chains.values()) {
    const end = lastReached(chain);
    chain.entries.forEach((entry, index) => {
      for (const need of entry.needs) checkNeed(need, entry, { table, to, chain, rule: index + 1, hooks: index <= end ? (reach.get(chain.name) ?? []) : [] });
    });
  }
}

/** Index of the last rule that the kernel's walk visits. */
function lastReached(chain: ChainState): number {
  const final = chain.entries.findIndex((entry) => entry.final);
  return final < 0 ? chain.entries.length - 1 : final;
}

interface Walk {
  readonly table: TableState;
  readonly to: Log;
  readonly reach: Map<string, Hook[]>;
  /** Jumps already reported. */
  readonly looped: Set<Entry>;
}

/** Depth first from one built-in chain, without recursion: chains may nest as deep as there are chains. */
function walk(base: ChainState, hook: Hook, { table, to, reach, looped }: Walk): void {
  const visited = new Set<ChainState>([base]);
  const path: { chain: ChainState; next: number; end: number }[] = [];
  const enter = (chain: ChainState): void => {
    visited.add(chain);
    const hooks = reach.get(chain.name);
    if (hooks === undefined) reach.set(chain.name, [hook]);
    else hooks.push(hook);
    path.push({ chain, next: 0, end: lastReached(chain) });
  };
  enter(base);
  for (let top = path[path.length - 1]; top !== undefined; top = path[path.length - 1]) {
    if (top.next > top.end) {
      path.pop();
      continue;
    }
    const index = top.next++;
    const entry = top.chain.entries[index];
    const name = entry === undefined ? undefined : jumpedChain(entry.rule);
    const target = name === undefined ? undefined : table.chains.get(name);
    if (entry === undefined || target === undefined) continue;
    const start = path.findIndex((step) => step.chain === target);
    if (start >= 0) {
      if (looped.has(entry)) continue;
      looped.add(entry);
      const names = [...path.slice(start).map((step) => step.chain.name), target.name].join(' -> ');
      const at = entry.rule.jump?.source ?? entry.rule.source;
      log(to, 'chain-loop', { path: names }, at, { spot: { table: table.name, chain: top.chain.name, rule: index + 1 } });
    } else if (!visited.has(target)) {
      enter(target);
    }
  }
}

interface Place {
  readonly table: TableState;
  readonly to: Log;
  readonly chain: ChainState;
  readonly rule: number;
  readonly hooks: readonly Hook[];
}

function checkNeed({ name, needs, source }: NamedNeed, entry: Entry, { table, to, chain, rule, hooks }: Place): void {
  const extra = { spot: { table: table.name, chain: chain.name, rule }, hint: needs.reason === undefined ? undefined : `${name} ${needs.reason}` };
  if (needs.tables !== undefined && !needs.tables.includes(table.name)) {
    log(to, 'wrong-table', { name, tables: needs.tables.join(', ') }, source, extra);
    return;
  }
  const { protocol } = entry.rule.conditions;
  if (needs.protocols !== undefined && (protocol === undefined || protocol.negated || !needs.protocols.includes(protocol.value))) {
    log(to, 'needs-protocol', { name, protocols: needs.protocols.map(formatProtocol).join(' or ') }, source, extra);
    return;
  }
  if (needs.synMatch === true && !entry.rule.matches.some(asksForSyn)) {
    log(to, 'needs-syn', { name }, source, extra);
    return;
  }
  const allowed = allHooks.filter((hook) => needs.hooks?.includes(hook) !== false && needs.notHooks?.includes(hook) !== true);
  const wrong = hooks.find((hook) => !allowed.includes(hook));
  if (wrong !== undefined) log(to, 'wrong-hook', { name, hook: wrong, hooks: allowed.join(', ') }, source, extra);
}

/** TCPMSS wants to see SYN packets only; the kernel looks at nothing but the value of the flags test. */
const asksForSyn = (match: Match): boolean =>
  match.kind === 'tcp' && match.flags !== undefined && !match.flags.negated && (match.flags.value.value & tcpFlagBits.SYN) !== 0;
