import { hooks as allHooks, tcpFlagBits, unreachable, type Family, type Hook, type Jump, type Match, type Source, type TableName } from '../src/ir/index.js';
import type { AnyJumpExtension, AnyMatchExtension, CoreJumpKind, Needs } from './extension.js';
import { jumpExtensions } from './jumps/index.js';
import { matchExtensions } from './matches/index.js';
import { jumpedChain, type ChainState, type Entry, type TableState } from './state.js';
import { log, type Log } from './report.js';
import { formatProtocol } from './values/protocol.js';

/**
 * What the kernel checks when a table is committed: that no built-in chain reaches a loop, and that each extension suits its table,
 * the rule's protocol, and every built-in chain from which the rule can be reached. Rules behind a verdict without tests are
 * reached from nowhere.
 */
export function checkTable(table: TableState, family: Family, to: Log): void {
  const reach = new Map<string, Hook[]>();
  const looped = new Set<Entry>();
  for (const chain of table.chains.values()) {
    if (chain.hook !== undefined) walk(chain, chain.hook, { table, to, reach, looped });
  }
  for (const chain of table.chains.values()) {
    const end = lastReached(chain);
    const hooks = reach.get(chain.name) ?? [];
    chain.entries.forEach((entry, index) => {
      const { rule } = entry;
      const reaching = index <= end ? hooks : nowhere;
      for (const match of rule.matches) {
        const needs = needsOfMatch(match, family);
        const fault = needs === undefined ? undefined : findFault(needs, entry, table.name, reaching);
        if (needs !== undefined && fault !== undefined) {
          reportFault(fault, { name: `-m ${matchExtensions[match.kind].modules[0] ?? match.kind}`, needs, source: match.source }, { table, to, chain, rule: index + 1 });
        }
      }
      const { jump } = rule;
      if (jump === undefined || isCoreJump(jump)) return;
      const needs = needsOfJump(jump, family);
      const fault = needs === undefined ? undefined : findFault(needs, entry, table.name, reaching);
      if (needs !== undefined && fault !== undefined) {
        reportFault(fault, { name: `-j ${jumpExtensions[jump.kind].target}`, needs, source: jump.source }, { table, to, chain, rule: index + 1 });
      }
    });
  }
}

const nowhere: readonly Hook[] = [];

type ExtensionJump = Exclude<Jump, { readonly kind: CoreJumpKind }>;

const isCoreJump = (jump: Jump): jump is Exclude<Jump, ExtensionJump> =>
  jump.kind === 'accept' || jump.kind === 'drop' || jump.kind === 'return' || jump.kind === 'chain' || jump.kind === 'goto';

/** The casts that tables keyed by kind need: a node and its extension belong together. */
const needsOfMatch = (match: Match, family: Family): Needs | undefined =>
  (matchExtensions[match.kind] as unknown as AnyMatchExtension).needs?.(match, family);
const needsOfJump = (jump: ExtensionJump, family: Family): Needs | undefined =>
  (jumpExtensions[jump.kind] as unknown as AnyJumpExtension).needs?.(jump, family);

/** A need and whose it is. */
interface NamedNeed {
  readonly name: string;
  readonly needs: Needs;
  readonly source: Source;
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
}

type Fault = { readonly kind: 'table' | 'protocol' | 'syn' } | { readonly kind: 'hook'; readonly hook: Hook };

const allows = (needs: Needs, hook: Hook): boolean => needs.hooks?.includes(hook) !== false && needs.notHooks?.includes(hook) !== true;

/** The first need that is not met, in the order in which the kernel looks. */
function findFault(needs: Needs, { rule }: Entry, table: TableName, hooks: readonly Hook[]): Fault | undefined {
  const { protocol } = rule.conditions;
  if (needs.tables !== undefined && !needs.tables.includes(table)) return { kind: 'table' };
  if (needs.protocols !== undefined && (protocol === undefined || protocol.negated || !needs.protocols.includes(protocol.value))) return { kind: 'protocol' };
  if (needs.synMatch === true && !rule.matches.some(asksForSyn)) return { kind: 'syn' };
  const hook = hooks.find((one) => !allows(needs, one));
  return hook === undefined ? undefined : { kind: 'hook', hook };
}

function reportFault(fault: Fault, { name, needs, source }: NamedNeed, { table, to, chain, rule }: Place): void {
  const extra = { spot: { table: table.name, chain: chain.name, rule }, hint: needs.reason === undefined ? undefined : `${name} ${needs.reason}` };
  switch (fault.kind) {
    case 'table':
      log(to, 'wrong-table', { name, tables: (needs.tables ?? []).join(', ') }, source, extra);
      return;
    case 'protocol':
      log(to, 'needs-protocol', { name, protocols: (needs.protocols ?? []).map(formatProtocol).join(' or ') }, source, extra);
      return;
    case 'syn':
      log(to, 'needs-syn', { name }, source, extra);
      return;
    case 'hook':
      log(to, 'wrong-hook', { name, hook: fault.hook, hooks: allHooks.filter((hook) => allows(needs, hook)).join(', ') }, source, extra);
      return;
    default:
      unreachable(fault);
  }
}

/** TCPMSS wants to see SYN packets only; the kernel looks at nothing but the value of the flags test. */
const asksForSyn = (match: Match): boolean =>
  match.kind === 'tcp' && match.flags !== undefined && !match.flags.negated && (match.flags.value.value & tcpFlagBits.SYN) !== 0;
