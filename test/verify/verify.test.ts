import { describe, expect, it } from 'vitest';
import { parseSets } from '../../grammar/index.js';
import { readInput, readIptables } from '../../src/verify/read.js';
import { cubeText } from '../../src/verify/report/words.js';
import { verify } from '../../src/verify/verify.js';
import { compared, differences, inputOf, table } from './inputs.js';

const ssh = (port: string, policy = 'DROP'): string => table('filter', `:INPUT ${policy}`, `-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT`);

describe('two dumps', () => {
  it('are equivalent at the hooks where they have rules', () => {
    expect(compared(ssh('22'), table('filter', ':INPUT DROP', '-A INPUT -p tcp -m tcp --dport 22:22 -j ACCEPT'))).toMatchObject({
      kind: 'equivalent',
      compared: [{ family: 4, hook: 'INPUT' }, { family: 4, hook: 'FORWARD' }, { family: 4, hook: 'OUTPUT' }],
      modulo: [],
    });
  });

  it('differ with a packet that both judge, the deciding rules, and the whole region', () => {
    const [only, ...more] = differences(ssh('22'), ssh('23'));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ family: 4, hook: 'INPUT', kind: 'verdict', complete: true, witness: { replayable: true, before: [] } });
    expect(only?.witness?.words).toMatch(/^tcp \S+ > \S+:2[23] /);
    const accepting = only?.witness?.words.includes(':22 ') === true ? only.left : only?.right;
    expect(accepting?.outcome).toMatch(/^accepted/);
    expect(accepting?.deciding).toMatchObject({ table: 'filter', chain: 'INPUT', rule: 1, line: 3, result: 'match' });
    expect(only?.region.map(cubeText)).toEqual(['protocol tcp, destination port 22 or 23, transport header at least 20 bytes']);
    expect(only?.share).toBeGreaterThan(0);
    expect(only?.share).toBeLessThan(0.001);
  });

  it('of which one logs differ in an effect, unless logs are ignored', () => {
    const left = table('filter', '-A INPUT -s 10.0.0.1/32 -j LOG --log-prefix "seen "', '-A INPUT -s 10.0.0.1/32 -j DROP');
    const right = table('filter', '-A INPUT -s 10.0.0.1/32 -j DROP');
    expect(differences(left, right)).toMatchObject([{ hook: 'INPUT', kind: 'effect' }]);
    expect(compared(left, right, { ignoreLogs: true }).kind).toBe('equivalent');
  });

  it('may ask a set before a rule changes it, or behind', () => {
    const [remember, drop] = ['-A INPUT -p udp -j SET --add-set seen src', '-A INPUT -p udp -m set --match-set seen src -j DROP'];
    const behind = table('filter', remember, drop);
    const before = table('filter', ':SEEN -', '-A INPUT -p udp -m set --match-set seen src -j SEEN', remember, '-A SEEN -j SET --add-set seen src', '-A SEEN -j DROP');
    expect(differences(behind, before)).toMatchObject([{ hook: 'INPUT' }]);
    expect(compared(behind, table('filter', ':SEEN -', '-A INPUT -p udp -j SEEN', '-A SEEN -j SET --add-set seen src', '-A SEEN -m set --match-set seen src -j DROP')).kind).toBe('equivalent');
  });

  it('may fill a checksum once or twice', () => {
    const rule = '-A POSTROUTING -p udp -j CHECKSUM --checksum-fill';
    expect(compared(table('mangle', rule), table('mangle', rule, rule)).kind).toBe('equivalent');
  });

  it('are compared at the hooks that are asked for', () => {
    const left = table('filter', ':INPUT DROP', ':FORWARD DROP');
    const right = table('filter', ':INPUT ACCEPT', ':FORWARD ACCEPT');
    expect(differences(left, right).map(({ hook }) => hook)).toEqual(['INPUT', 'FORWARD']);
    expect(differences(left, right, { only: ['FORWARD'] }).map(({ hook }) => hook)).toEqual(['FORWARD']);
    expect(compared(left, right, { only: ['OUTPUT'] })).toMatchObject({ kind: 'equivalent', compared: [{ hook: 'OUTPUT' }] });
  });

  it('that ask the same rate are equal modulo it, by its text', () => {
    const rules = table('filter', '-A INPUT -m limit --limit 3/sec -j ACCEPT', '-A INPUT -m recent --name seen --rcheck --rsource -j DROP');
    expect(compared(rules, rules)).toMatchObject({ kind: 'equivalent', modulo: [{ kind: 'opaque', text: 'rate limit 3/second burst 5' }, { kind: 'opaque', text: expect.stringMatching(/^-m recent --rcheck --name seen/) as string }] });
  });

  it('that ask different rates differ, which no packet can show', () => {
    const limited = (rate: string): string => table('filter', `-A INPUT -m limit --limit ${rate} -j DROP`);
    expect(differences(limited('3/sec'), limited('4/sec'))).toMatchObject([{ hook: 'INPUT', witness: { replayable: false, hangsOn: expect.stringContaining('rate') as string } }]);
  });

  it('are equal under an assumption that is named with the answer', () => {
    const [left, right] = [ssh('22', 'ACCEPT').replace('ACCEPT\nCOMMIT', 'DROP\nCOMMIT'), table('filter', ':INPUT ACCEPT', '-A INPUT -p tcp -m multiport --dports 22 -j DROP')];
    expect(compared(left, right).kind).toBe('different');
    expect(compared(left, right, { assume: ['no-truncated-l4-headers'] })).toMatchObject({ kind: 'equivalent', modulo: [{ kind: 'assumption', id: 'no-truncated-l4-headers' }] });
  });

  it('give up within a budget, with where and on what', () => {
    const rules = table('filter', ...Array.from({ length: 200 }, (_, index) => `-A FORWARD -s 10.${index}.0.0/16 -d 10.${(index * 7) % 256}.${index}.0/24 -p tcp -m tcp --dport ${index + 1} -j DROP`));
    expect(compared(rules, ssh('22'), { budget: 2000 })).toMatchObject({ kind: 'gave-up', nodes: 2000, file: expect.stringMatching(/^(left|right)$/) as string, line: expect.any(Number) as number, fields: expect.arrayContaining([expect.any(String)]) as string[] });
  });
});

describe('sets', () => {
  it('are looked into where they are given, under an assumption', () => {
    const sets = parseSets('create s hash:net family inet\nadd s 10.0.0.0/8\nadd s 10.1.0.0/16 nomatch\n', { file: 'sets' }).value;
    const left = readInput(table('filter', '-A INPUT -m set --match-set s src -j DROP'), { file: 'left', family: 4, sets }).value;
    const right = inputOf(table('filter', '-A INPUT -s 10.1.0.0/16 -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -j DROP'));
    if (left === undefined) throw new Error('unreadable');
    expect(verify(left, right)).toMatchObject({ kind: 'equivalent', modulo: [{ kind: 'assumption', id: 'sets-as-given' }] });
  });

  it('are one question each where they are not', () => {
    const asked = (name: string): string => table('filter', `-A INPUT -m set --match-set ${name} src -j DROP`);
    expect(compared(asked('s'), asked('s'))).toMatchObject({ kind: 'equivalent', modulo: [{ kind: 'opaque', text: 'in set s src' }] });
    expect(differences(asked('s'), asked('t'))).toMatchObject([{ witness: { replayable: false } }]);
  });
});

describe('families', () => {
  const nft = (family: string, rule: string): string => `table ${family} t {\n\tchain c {\n\t\ttype filter hook input priority filter; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  const four = inputOf(table('filter', '-A INPUT -s 10.0.0.1/32 -j DROP'));

  it('of nft are both compared, those of a dump are its own', () => {
    const both = inputOf(nft('ip', 'ip saddr 10.0.0.1 drop') + nft('ip6', 'ip6 saddr ::1 drop'));
    expect(verify(four, both)).toMatchObject({ kind: 'equivalent', compared: [{ family: 4, hook: 'INPUT' }, { family: 4 }, { family: 4 }], notes: ['IPv6 is not compared: rules says nothing about it'] });
    expect(verify(both, inputOf(nft('ip', 'ip saddr 10.0.0.1 drop')))).toMatchObject({ kind: 'different', differences: [{ family: 6, hook: 'INPUT' }] });
  });

  it('of an inet table are both compared with a dump of each', () => {
    const rules = table('filter', '-A INPUT -i eth0 -j DROP');
    const pair = readIptables([{ text: rules, file: 'v4', family: 4 }, { text: rules, file: 'v6', family: 6 }], []).value;
    if (pair === undefined) throw new Error('unreadable');
    expect(verify(pair, inputOf(nft('inet', 'iifname "eth0" drop')))).toMatchObject({ kind: 'equivalent', notes: [] });
    expect(verify(pair, inputOf(nft('inet', 'meta nfproto ipv4 iifname "eth0" drop')))).toMatchObject({ kind: 'different', differences: [{ family: 6, right: { outcome: expect.stringMatching(/^accepted/) as string } }] });
  });

  it('without a rule set are compared with no rules at all', () => {
    expect(verify(four, inputOf('table ip6 t {\n}\n'))).toMatchObject({ kind: 'different', differences: [{ family: 4, hook: 'INPUT' }] });
  });
});
