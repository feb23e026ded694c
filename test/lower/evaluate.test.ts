import { describe, expect, test } from 'vitest';
import type { Conditions, Jump, Match, Rule, Table } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { coreEngine } from '../../src/evaluate/index.js';
import { no, packetOf, program, rule, source, yes } from './build.js';
import { packet } from './matches/table.js';

const help = { inSet: () => false, clampMss: () => 'continue' as const };
const host = { addressType: () => 'UNICAST' as const, pathMtu: () => undefined, groupOf: () => 0, wayBack: () => undefined };
const counters = { packets: 0n, bytes: 0n };

/** What filter INPUT says, and which rules it looked at. */
function run(rules: readonly Rule[], bytes: Uint8Array, users: Table['chains'] = []) {
  const surface = program(4, rules, 'INPUT', 'filter');
  const filter = surface.rulesets[0]?.tables[0];
  if (filter === undefined) throw new Error('no table');
  const tables = [{ ...filter, chains: [...filter.chains, ...users] }];
  const engine = coreEngine(lower({ rulesets: [{ family: 4, file: '-', tables }], sets: [] }).value, 4, help);
  const path: string[] = [];
  const live = packetOf(4, bytes, { trace: (step) => path.push(`${step.chain} ${step.rule} ${step.result}`) });
  return { verdict: engine.run('filter', 'INPUT', live, host), mark: live.mark, path };
}

describe('an inverted chunk test on a chunk that is cut off: the rule acts, then the packet is dropped', () => {
  const conditions: Conditions = { protocol: yes(132) };
  const chunks: Match = { kind: 'sctp', source, chunks: no({ scope: 'any', chunks: [{ type: 0, flagMask: 0, flagValue: 0 }] }) };
  const sctp = { kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks: [{ type: 1, value: new Uint8Array(4) }, { type: 0 }] } as const;
  const broken = packet(4, sctp, { truncate: 12 + 8 + 3 });
  const verdict = (jump: Jump) => run([rule(conditions, [chunks], jump), rule({}, [], { kind: 'accept', source })], broken);

  test('REJECT answers', () => {
    expect(verdict({ kind: 'reject', source, with: 'icmp-port-unreachable' }).verdict).toEqual({ kind: 'reject', with: 'icmp-port-unreachable' });
  });
  test('ACCEPT does not save it', () => {
    expect(verdict({ kind: 'accept', source }).verdict).toEqual({ kind: 'drop' });
  });
  test('LOG logs, and the next rule is not looked at', () => {
    expect(verdict({ kind: 'log', source, level: 4 })).toMatchObject({ verdict: { kind: 'drop' }, path: ['INPUT 1 hotdrop'] });
  });
});

describe('chains', () => {
  const udp = packet(4, { kind: 'udp', sourcePort: 1, destinationPort: 2 });
  const jump = (chain: string): Rule => rule({}, [], { kind: 'chain', source, chain });
  const goto = (chain: string): Rule => rule({}, [], { kind: 'goto', source, chain });
  const mark = (bit: number): Rule => rule({}, [], { kind: 'mark', source, xmark: { mask: bit, value: bit } });
  const user = (name: string, ...rules: readonly Rule[]): Table['chains'][number] => ({ kind: 'user', name, source, rules });

  test('a goto goes back to the caller of the chain it stands in', () => {
    const { mark: marks } = run([jump('a'), mark(1)], udp, [user('a', goto('b'), mark(2)), user('b', mark(4))]);
    expect(marks).toBe(5);
  });
  test('jump a, a jumps b, b goes to c: on in a', () => {
    const { mark: marks } = run([jump('a'), mark(1)], udp, [user('a', jump('b'), mark(2)), user('b', goto('c'), mark(4)), user('c', mark(8))]);
    expect(marks).toBe(11);
  });
  test('a goto from a base chain ends in its policy', () => {
    const { mark: marks, path } = run([goto('a'), mark(1)], udp, [user('a', mark(2))]);
    expect(marks).toBe(2);
    expect(path.at(-1)).toBe('INPUT 0 policy');
  });
  test('RETURN in a base chain is its policy', () => {
    expect(run([rule({}, [], { kind: 'return', source }), mark(1)], udp).mark).toBe(0);
  });
});

test('counters of a policy come through', () => {
  const { value } = lower(program(4, [], 'INPUT', 'filter'));
  expect(value.rulesets[0]?.tables[0]?.chains.find((chain) => chain.name === 'INPUT')?.base).toEqual({ hook: 'INPUT', policy: 'ACCEPT', counters });
});
