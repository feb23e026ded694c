import { describe, expect, test } from 'vitest';
import type { Family, Hook, Jump, Rule, Step, Table } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { lowered, rule, source, yes } from './build.js';

const counters = { packets: 0n, bytes: 0n };
const tcp = rule({ protocol: yes(6) }, [{ kind: 'tcp', source }]);
const to = (chain: string, kind: 'chain' | 'goto' = 'chain'): Rule => rule({}, [], { kind, source, chain } satisfies Jump);
const base = (hook: Hook, ...rules: readonly Rule[]): Table['chains'][number] => ({ kind: 'base', name: hook, hook, policy: 'ACCEPT', counters, rules });
const user = (name: string, ...rules: readonly Rule[]): Table['chains'][number] => ({ kind: 'user', name, source, rules });

const guards = (family: Family, chains: Table['chains'], chain: string): readonly (string | undefined)[] => {
  const { value } = lower({ rulesets: [{ family, file: '-', tables: [{ name: 'mangle', chains }] }], sets: [] });
  const steps = value.rulesets[0]?.tables[0]?.chains.find((one) => one.name === chain)?.rules[0]?.steps ?? [];
  return steps.filter(aboutFragments).map((step) => (step.kind === 'refuse' ? undefined : step.assumption));
};
const aboutFragments = (step: Step): boolean => step.kind !== 'refuse' && JSON.stringify(step.predicate, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('fragment-offset');

describe('without tracking', () => {
  test('IPv4 guards every hook but INPUT, which comes after local reassembly', () => {
    expect(guards(4, [base('PREROUTING', tcp)], 'PREROUTING')).toEqual(['no-later-fragments', 'no-later-fragments']);
    expect(guards(4, [base('FORWARD', tcp)], 'FORWARD')).toHaveLength(2);
    expect(guards(4, [base('OUTPUT', tcp)], 'OUTPUT')).toHaveLength(2);
    expect(guards(4, [base('INPUT', tcp)], 'INPUT')).toEqual([]);
  });

  test('a chain is as open as the hooks that reach it', () => {
    expect(guards(4, [base('INPUT', to('a')), user('a', to('b', 'goto')), user('b', tcp)], 'b')).toEqual([]);
    expect(guards(4, [base('INPUT', to('a')), base('FORWARD', to('b')), user('a', to('b', 'goto')), user('b', tcp)], 'b')).toHaveLength(2);
    expect(guards(4, [base('INPUT', to('a')), user('a', to('a'), tcp)], 'a')).toEqual([]);
  });

  test('IPv6 INPUT sees fragments, and no offset is dropped', () => {
    expect(guards(6, [base('INPUT', tcp)], 'INPUT')).toEqual(['no-later-fragments']);
  });
});

describe('with tracking', () => {
  const state = rule({}, [{ kind: 'state', source, states: yes(['NEW']) }]);
  test('IPv4 sees none', () => {
    expect(guards(4, [base('PREROUTING', tcp), base('FORWARD', state)], 'PREROUTING')).toEqual([]);
  });

  test('IPv6 sees those inside an unfragmented one', () => {
    expect(guards(6, [base('PREROUTING', tcp), base('FORWARD', state)], 'PREROUTING')).toEqual(['no-nested-fragments']);
  });
});

test('what reads later fragments says under which assumption none comes', () => {
  const mss = lowered(4, { protocol: yes(6) }, [{ kind: 'tcpmss', source, mss: yes({ min: 1, max: 2 }) }]);
  expect(mss.steps[1]).toMatchObject({ kind: 'require', predicate: { what: { kind: 'transport', bytes: 20, laterFragments: 'no-later-fragments' } } });
  expect(mss.steps[2]).toMatchObject({ kind: 'require', predicate: { what: { kind: 'tcp-options', laterFragments: 'no-later-fragments' } } });
});
