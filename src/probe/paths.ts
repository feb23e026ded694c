import { type BaseChain, type Chain, type Hook, type JumpKind, type Rule, type Ruleset, type Table, type TableName } from '../ir/index.js';

/** How a rule is reached: the rules that jump on the way there, each with its place in its chain, and the rule itself last. */
export interface Path {
  readonly hook: Hook;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly chain: Chain;
  /** From 0. */
  readonly index: number;
  readonly rule: Rule;
}

/** Jumps after which the next rule of the chain is still looked at. */
const passing: readonly JumpKind[] = ['log', 'nflog', 'mark', 'connmark', 'tos', 'dscp', 'ttl', 'hl', 'checksum', 'tcpmss', 'ct', 'notrack'];

/** Ways kept from one base chain to another chain: a chain that many rules jump to is reached under other conditions by each. */
const mostPaths = 8;

/** Ways to every chain from each hook that reaches it, the shortest first: steps that all jump. Keyed by chain name. */
export function pathsOf(table: Table): ReadonlyMap<string, readonly Path[]> {
  const byName = new Map(table.chains.map((chain) => [chain.name, chain]));
  const found = new Map<string, Path[]>();
  for (const base of table.chains) {
    if (base.kind !== 'base') continue;
    const seen = new Map<string, number>();
    const queue: { readonly chain: Chain; readonly steps: readonly Step[] }[] = [{ chain: base, steps: [] }];
    for (let at = 0; at < queue.length; at++) {
      const next = queue[at];
      if (next === undefined) break;
      const { chain, steps } = next;
      found.set(chain.name, [...(found.get(chain.name) ?? []), { hook: base.hook, steps }]);
      for (const [index, rule] of chain.rules.entries()) {
        const name = rule.jump?.kind === 'chain' || rule.jump?.kind === 'goto' ? rule.jump.chain : undefined;
        const target = name === undefined ? undefined : byName.get(name);
        const times = target === undefined ? mostPaths : seen.get(target.name) ?? 0;
        if (target === undefined || times >= mostPaths) continue;
        seen.set(target.name, times + 1);
        queue.push({ chain: target, steps: [...steps, { chain, index, rule }] });
      }
    }
  }
  return found;
}

/** Rules whose match would turn a packet away from what comes later in a chain, each as the list of rules that must all match. */
export function blockersOf(table: Table, chain: Chain, before: number, onlyDrops: boolean, limit: number): readonly (readonly Rule[])[] {
  const byName = new Map(table.chains.map((one) => [one.name, one]));
  const out: (readonly Rule[])[] = [];
  const walk = (within: Chain, end: number, prefix: readonly Rule[]): void => {
    for (let index = 0; index < end && out.length < limit; index++) {
      const rule = within.rules[index];
      if (rule?.jump === undefined) continue;
      const { jump } = rule;
      if (jump.kind === 'chain' || jump.kind === 'goto') {
        const target = byName.get(jump.chain);
        if (target !== undefined && prefix.length < 3) walk(target, target.rules.length, [...prefix, rule]);
        if (jump.kind === 'goto' && !onlyDrops) out.push([...prefix, rule]);
      } else if (jump.kind === 'return') {
        if (prefix.length === 0 && !onlyDrops) out.push([rule]);
      } else if (!passing.includes(jump.kind) && (!onlyDrops || jump.kind === 'drop' || jump.kind === 'reject')) out.push([...prefix, rule]);
    }
  };
  walk(chain, before, []);
  return out;
}

/** nat comes last in INPUT. */
const tableOrder = (hook: Hook): readonly TableName[] => (hook === 'INPUT' ? ['mangle', 'filter', 'security', 'nat'] : ['raw', 'mangle', 'nat', 'filter', 'security']);

/** A base chain that a packet passes before it comes to the rule in question. */
export interface Earlier {
  readonly table: Table;
  readonly chain: BaseChain;
  readonly hook: Hook;
}

/** The base chains that a packet from the wire, or from this host, passes before a table of a hook. */
export function earlierChains(ruleset: Ruleset, table: TableName, hook: Hook, origin: 'wire' | 'local'): readonly Earlier[] {
  const here: readonly Hook[] = ['OUTPUT', 'POSTROUTING'];
  const loops = hook === 'PREROUTING' || hook === 'INPUT';
  const way: readonly Hook[] = origin === 'local' ? (loops ? [...here, 'PREROUTING', 'INPUT'] : here) : hook === 'INPUT' ? ['PREROUTING', 'INPUT'] : ['PREROUTING', 'FORWARD', 'POSTROUTING'];
  return way.slice(0, way.indexOf(hook) + 1).flatMap((one) => ruleset.tables.flatMap((other) => {
    if (one === hook && tableOrder(hook).indexOf(other.name) >= tableOrder(hook).indexOf(table)) return [];
    return other.chains.flatMap((chain) => (chain.kind === 'base' && chain.hook === one && (chain.rules.length > 0 || chain.policy === 'DROP') ? [{ table: other, chain, hook: one }] : []));
  }));
}
