import { describe, expect, it } from 'vitest';
import { interpret, judge, packet } from './judging.js';

const udp = packet({ kind: 'udp', sourcePort: 1, destinationPort: 2 });
const mark = (bit: number): string => `-j MARK --or-mark ${bit}`;
const table = (...lines: readonly string[]): string => `*filter\n${lines.join('\n')}\nCOMMIT\n`;
const result = (rules: string): string => {
  const { verdict, mark: left, stage } = judge(rules, udp);
  return verdict === 'forward' ? `forward ${left}` : `${verdict} ${stage}`;
};

describe('jumps, gotos, RETURN and policies (section 2 of the semantics sheet)', () => {
  it.each([
    ['RETURN in a base chain, policy DROP', table(':FORWARD DROP', '-A FORWARD -j RETURN', '-A FORWARD -j ACCEPT'), 'drop FORWARD'],
    ['a user chain ends: the next rule of the caller', table(':u -', '-A FORWARD -j u', `-A FORWARD ${mark(4)}`, `-A u ${mark(1)}`), 'forward 5'],
    ['RETURN in a user chain', table(':u -', '-A FORWARD -j u', `-A FORWARD ${mark(4)}`, '-A u -j RETURN', '-A u -j DROP'), 'forward 4'],
    ['goto u, u ends: the policy, the rest skipped', table(':FORWARD ACCEPT', ':u -', '-A FORWARD -g u', '-A FORWARD -j DROP', `-A u ${mark(1)}`), 'forward 1'],
    ['goto u, u ends, policy DROP', table(':FORWARD DROP', ':u -', '-A FORWARD -g u', '-A FORWARD -j ACCEPT'), 'drop FORWARD'],
    ['jump a; a goto b; b ends: behind jump a', table(':a -', ':b -', '-A FORWARD -j a', `-A FORWARD ${mark(4)}`, '-A a -g b', '-A a -j DROP', `-A b ${mark(1)}`), 'forward 5'],
    ['jump a; a jump b; b goto c; c ends: back in a', table(':a -', ':b -', ':c -', '-A FORWARD -j a', `-A FORWARD ${mark(8)}`, '-A a -j b', `-A a ${mark(2)}`, '-A b -g c', '-A b -j DROP', `-A c ${mark(1)}`), 'forward 11'],
    ['ACCEPT in a user chain ends the table only', `${table(':u -', '-A FORWARD -j u', '-A FORWARD -j DROP', '-A u -j ACCEPT')}*security\n-A FORWARD -j DROP\nCOMMIT\n`, 'drop FORWARD'],
    ['a rule without jump only counts', table('-A FORWARD', '-A FORWARD -j DROP'), 'drop FORWARD'],
    ['LOG and NFLOG go on', table('-A FORWARD -j LOG', '-A FORWARD -j NFLOG', '-A FORWARD -j DROP'), 'drop FORWARD'],
  ])('%s', (_, rules, expected) => expect(result(rules)).toBe(expected));

  it('runs 1000 nested jumps', () => {
    const chains = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const rules = chains.map((chain, index) => (index === 999 ? `-A ${chain} -j DROP` : `-A ${chain} -j ${chains[index + 1] ?? ''}`));
    expect(result(table(...chains.map((chain) => `:${chain} -`), '-A FORWARD -j c0', ...rules))).toBe('drop FORWARD');
  });

  it('tells every rule looked at, with its line', () => {
    const { path } = judge(table(':FORWARD DROP', ':u -', '-A FORWARD -p tcp -j ACCEPT', '-A FORWARD -j u', '-A u -j RETURN'), udp);
    expect(path.map(({ hook, chain, rule, line, result: what }) => `${hook} ${chain} ${rule} ${line} ${what}`)).toEqual([
      'FORWARD FORWARD 1 4 no-match', 'FORWARD FORWARD 2 5 match', 'FORWARD u 1 6 return', 'FORWARD FORWARD 0 2 policy',
    ]);
  });
});

describe('interfaces', () => {
  it.each([
    ['-i eth0', 'M . . .'], ['! -i eth0', '. M M M'], ['-i eth+', 'M M . M'], ['! -i eth+', '. . M .'], ['-i +', 'M M M M'], ['! -i +', '. . . .'],
    ['-i eth', '. . . M'], ['-i et+', 'M M . M'], ['-i lan0+', '. . M .'], ['-i "eth*"', '. . . .'], ['-o eth1', 'M M M M'],
  ])('%s', (match, row) => {
    const names = ['eth0', 'eth1', 'lan0', 'eth'];
    const { judge: one } = interpret(4, `-A FORWARD ${match} -j MARK --set-mark 1`, { topology: { ifaces: [...names.map((name) => ({ name, addr: [] })), { name: 'eth9', addr: ['10.9.0.1/24'] }], routes: ['default dev eth1'] } });
    expect(names.map((inInterface) => (one({ ...udp, inInterface }).mark === 1 ? 'M' : '.')).join(' ')).toBe(row);
  });

  it('takes a missing interface for the empty name', () => {
    const { judge: one } = interpret(4, table(':u -', '-A OUTPUT -j u', '-A u -i eth0 -j MARK --or-mark 1', '-A u ! -i eth0 -j MARK --or-mark 2', '-A u -i + -j MARK --or-mark 4', '-A u -i e+ -j MARK --or-mark 8'));
    expect(one(packet({ kind: 'udp', sourcePort: 1, destinationPort: 2 }, { source: '10.0.0.1' }, { origin: 'local' })).mark).toBe(6);
  });
});
