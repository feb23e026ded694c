import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { AssumptionId, CoreRuleset } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { compare } from '../../src/symbolic/compare.js';

function core(...rules: readonly string[]): CoreRuleset {
  const { value, diagnostics } = parse(`${rules.join('\n')}\nCOMMIT\n`, { file: 'rules', family: 4 });
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const [ruleset] = lower({ rulesets: [value], sets: [] }).value.rulesets;
  if (ruleset === undefined) throw new Error('no rule set');
  return ruleset;
}

function differing(left: CoreRuleset, right: CoreRuleset, assume: readonly AssumptionId[] = []): readonly string[] {
  const result = compare(left, right, { assume, budget: 1_000_000 });
  if (result.kind === 'gave-up') throw new Error('gave up');
  return result.differences.map((difference) => difference.hook);
}

const filter = (...rules: readonly string[]): CoreRuleset => core('*filter', ...rules);

describe('rule sets that are equal', () => {
  it.each<[string, CoreRuleset, CoreRuleset]>([
    ['disjoint rules in another order', filter('-A INPUT -s 10.0.0.0/8 -j DROP', '-A INPUT -s 11.0.0.0/8 -j ACCEPT'), filter('-A INPUT -s 11.0.0.0/8 -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -j DROP')],
    ['a prefix in two halves', filter('-A INPUT -s 10.0.0.0/8 -j DROP'), filter('-A INPUT -s 10.0.0.0/9 -j DROP', '-A INPUT -s 10.128.0.0/9 -j DROP')],
    ['a chain that was inlined', filter(':c -', '-A FORWARD -i eth0 -j c', '-A c -s 10.0.0.1 -j DROP'), filter('-A FORWARD -i eth0 -s 10.0.0.1 -j DROP')],
    ['a goto that comes back to the policy', filter(':c -', ':FORWARD DROP', '-A FORWARD -g c', '-A FORWARD -j ACCEPT'), filter(':FORWARD DROP')],
    ['two marks in one', core('*mangle', '-A FORWARD -j MARK --set-mark 1', '-A FORWARD -j MARK --or-mark 2'), core('*mangle', '-A FORWARD -j MARK --set-mark 3')],
    ['a mark that is tested afterwards', core('*mangle', '-A FORWARD -i eth0 -j MARK --set-mark 1', '-A FORWARD -m mark --mark 1 -j DROP'), core('*mangle', '-A FORWARD -i eth0 -j DROP', '-A FORWARD -m mark --mark 1 -j DROP')],
    ['a mark of the connection before it, of a packet that ends there', core('*raw', ':OUTPUT DROP', '-A OUTPUT -d 10.0.0.0/8 -j CONNMARK --restore-mark', 'COMMIT', '*filter', '-A OUTPUT -m state --state NEW -j DROP'), core('*raw', ':OUTPUT DROP', 'COMMIT', '*filter', '-A OUTPUT -m state --state NEW -j DROP')],
  ])('%s', (_, left, right) => {
    expect(differing(left, right)).toEqual([]);
  });
});

describe('rule sets that differ', () => {
  it.each<[string, CoreRuleset, CoreRuleset, readonly string[]]>([
    ['a port', filter('-A INPUT -p tcp --dport 22 -j DROP'), filter('-A INPUT -p tcp --dport 23 -j DROP'), ['INPUT']],
    ['an order', filter('-A INPUT -s 10.0.0.0/8 -j DROP', '-A INPUT -j ACCEPT'), filter('-A INPUT -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -j DROP'), ['INPUT']],
    ['a mark of an entry of no flow', core('*raw', '-A OUTPUT -j CT --zone 5', '-A OUTPUT -j CONNMARK --restore-mark', '-A OUTPUT -m mark --mark 1 -j DROP'), core('*raw', '-A OUTPUT -j CT --zone 5', '-A OUTPUT -m mark --mark 1 -j DROP', '-A OUTPUT -j CONNMARK --restore-mark'), ['OUTPUT']],
    ['ports of a DCCP connection, which kernels from 6.17 on do not know', filter('-A INPUT -p dccp --dport 80 -m conntrack --ctstate NEW --ctorigdstport 80 -j DROP'), filter('-A INPUT -p dccp --dport 80 -m conntrack --ctstate NEW -j DROP'), ['INPUT']],
    ['a policy', filter(':OUTPUT DROP'), filter(':OUTPUT ACCEPT'), ['OUTPUT']],
    ['a lost log', filter('-A INPUT -s 10.0.0.1 -j LOG', '-A INPUT -s 10.0.0.1 -j DROP'), filter('-A INPUT -s 10.0.0.1 -j DROP'), ['INPUT']],
    ['a state', filter('-A INPUT -m state --state NEW -j DROP'), filter('-A INPUT -m state ! --state ESTABLISHED -j DROP'), ['INPUT']],
    ['a mark bit', core('*mangle', '-A FORWARD -j MARK --set-xmark 1/1'), core('*mangle', '-A FORWARD -j MARK --set-xmark 1/3'), ['FORWARD']],
    ['a rate', filter('-A INPUT -m limit --limit 1/sec -j DROP'), filter('-A INPUT -m limit --limit 2/sec -j DROP'), ['INPUT']],
  ])('%s', (_, left, right, hooks) => {
    expect(differing(left, right)).toEqual(hooks);
  });

  it('a guard, but not under its assumption', () => {
    const [left, right] = [filter('-A INPUT -p tcp -m tcp --dport 22 -j DROP'), filter('-A INPUT -p tcp -m multiport --dports 22 -j DROP')];
    expect(differing(left, right)).toEqual(['INPUT']);
    expect(differing(left, right, ['no-truncated-l4-headers'])).toEqual([]);
  });
});
