import { hooks, tableNames, type Conditions, type CoreRule, type Family, type Hook, type Jump, type Match, type Program, type Rule, type Source, type TableName, builtinChains, type Table } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import type { Connection, HostView, LivePacket } from '../../src/stack/engine.js';
import { holds, type Surroundings } from '../../src/evaluate/index.js';

/** Hand-made things for the unit tests of single matches. */
export const source: Source = { line: 1, column: 1, endColumn: 2 };

export const yes = <T>(value: T): { readonly value: T; readonly negated: boolean } => ({ value, negated: false });
export const no = <T>(value: T): { readonly value: T; readonly negated: boolean } => ({ value, negated: true });

export const packetOf = (family: Family, bytes: Uint8Array, more: Partial<LivePacket> = {}): LivePacket => ({
  family,
  bytes,
  mark: 0,
  inInterface: 'eth0',
  packetType: 'unicast',
  time: 0,
  state: 'INVALID',
  notrack: false,
  trace: () => undefined,
  ...more,
});

export const connection = (more: Partial<Connection> = {}): Connection => ({
  original: { source: 0x0a000005n, destination: 0x0a000107n, protocol: 6, sourcePort: 1000, destinationPort: 80 },
  reply: { source: 0x0a000107n, destination: 0x0a000005n, protocol: 6, sourcePort: 80, destinationPort: 1000 },
  direction: 'ORIGINAL',
  mark: 0,
  status: 0,
  expiration: 0,
  ...more,
});

export const program = (family: Family, rules: readonly Rule[], hook: Hook = 'PREROUTING', name: TableName = 'raw', others: readonly Table[] = []): Program => ({
  rulesets: [
    {
      family,
      file: '-',
      tables: [
        ...others,
        {
          name,
          chains: builtinChains[name].map((chain) => ({
            kind: 'base' as const,
            name: chain,
            hook: chain,
            policy: 'ACCEPT' as const,
            counters: { packets: 0n, bytes: 0n },
            rules: chain === hook ? rules : [],
          })),
        },
      ].sort((a, b) => tableNames.indexOf(a.name) - tableNames.indexOf(b.name)),
    },
  ],
  sets: [],
});

export const rule = (conditions: Conditions, matches: readonly Match[], jump?: Jump): Rule => ({ source, conditions, matches, ...(jump === undefined ? {} : { jump }) });

/** The core of one rule that stands alone, in raw PREROUTING unless said otherwise. */
export function lowered(family: Family, conditions: Conditions, matches: readonly Match[], hook: Hook = 'PREROUTING', name?: TableName): CoreRule {
  const result = lower(program(family, [rule(conditions, matches)], hook, name ?? (hooks.indexOf(hook) === 1 ? 'filter' : 'raw')));
  const found = result.value.rulesets[0]?.tables[0]?.chains.find((chain) => chain.name === hook)?.rules[0];
  if (found === undefined) throw new Error('the rule did not come through');
  return found;
}

export const host: HostView = { addressType: () => 'UNICAST', pathMtu: () => 1500, groupOf: () => 0, wayBack: () => undefined };

/** In the notation of the facts: `M` matched, `.` did not, `D` dropped by the match itself. */
export function judge(core: CoreRule, packet: LivePacket, around: Partial<Surroundings> = {}): 'M' | '.' | 'D' {
  const surroundings: Surroundings = { host, inSet: () => false, draw: () => false, answer: () => false, ...around };
  let late = false;
  for (const step of core.steps) {
    if (step.kind === 'refuse') throw new Error(`${step.extension}: ${step.reason}`);
    if (holds(step.predicate, packet, surroundings)) continue;
    if (step.kind === 'test') return late ? 'D' : '.';
    if (step.late !== true) return 'D';
    late = true;
  }
  return late ? 'D' : 'M';
}
