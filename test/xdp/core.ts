import type { Action, CoreChain, CoreProgram, CoreRule, CoreTable, Family, Field, NamedSet, Predicate, Source, Step, TableName, Hook } from '../../src/ir/index.js';

/** Core programs by hand. */
export const at = (line: number): Source => ({ line, column: 1, endColumn: 2 });

export const test = (predicate: Predicate): Step => ({ kind: 'test', predicate, source: at(1) });
export const require = (predicate: Predicate): Step => ({ kind: 'require', predicate, source: at(1), assumption: 'no-truncated-l4-headers' });
export const not = (operand: Predicate): Predicate => ({ kind: 'not', operand });

export function field(name: Field, min: bigint | number, max: bigint | number = min, mask: bigint = (1n << 128n) - 1n): Predicate {
  return { kind: 'field', field: name, mask, intervals: [{ min: BigInt(min), max: BigInt(max) }] };
}

export const protocol = (number: number): readonly Step[] => [require({ kind: 'present', what: { kind: 'protocol' } }), test(field('ip.protocol', number))];
export const holds = (bytes: number): Step => require({ kind: 'present', what: { kind: 'transport', bytes } });

export const tcpPort = (port: number): readonly Step[] => [...protocol(6), test(field('ip.fragment-offset', 0)), holds(20), test(field('transport.destination-port', port))];
export const state = (...states: ('NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED')[]): Step => test({ kind: 'ct-state', states });
export const jump = (chain: string): Action => ({ kind: 'jump', chain });
export const goto = (chain: string): Action => ({ kind: 'goto', chain });
export const drop: Action = { kind: 'drop' };
export const accept: Action = { kind: 'accept' };
export const back: Action = { kind: 'return' };
export const log: Action = { kind: 'log', log: { kind: 'log', level: 4, source: at(1) } };

export const rule = (steps: readonly Step[], action: Action = { kind: 'continue' }): Omit<CoreRule, 'position' | 'source'> => ({ steps, action, comments: [] });

export const chain = (name: string, ...rules: readonly Omit<CoreRule, 'position' | 'source'>[]): CoreChain => ({
  name,
  rules: rules.map((each, index) => ({ ...each, position: index + 1, source: at(index + 1) })),
});

export const base = (hook: Hook, policy: 'ACCEPT' | 'DROP', ...rules: readonly Omit<CoreRule, 'position' | 'source'>[]): CoreChain => ({
  ...chain(hook, ...rules),
  base: { hook, policy, counters: { packets: 0n, bytes: 0n } },
});

export const table = (name: TableName, ...chains: readonly CoreChain[]): CoreTable => ({ name, chains });

export const program = (family: Family, tables: readonly CoreTable[], sets: readonly NamedSet[] = [], tracking = false): CoreProgram => ({
  rulesets: [{ family, file: 'hand.rules', tracking, tables }],
  sets,
});
