import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../../src/ir/index.js';
import { parseTopology } from '../../src/packet/index.js';
import { askPolicy, readPolicy, type PolicyAnswer } from '../../src/policy/index.js';
import { cubeText } from '../../src/verify/report/words.js';
import { inputOf, table } from '../verify/inputs.js';

function ask(rules: string, statement: string, topology?: Topology): PolicyAnswer {
  const { value, diagnostics } = readPolicy(`- ${statement}\n`, { file: 'policy' });
  expect(diagnostics).toEqual([]);
  const outcome = askPolicy(inputOf(rules), value ?? [], topology === undefined ? {} : { topology });
  if (outcome.kind === 'gave-up') throw new Error('gave up');
  const [answer] = outcome.answers;
  if (answer === undefined) throw new Error('vacuous');
  return answer;
}

const holds = (rules: string, statement: string, topology?: Topology): boolean => ask(rules, statement, topology).failures.length === 0;

/** Drops what comes in by wan0 and goes on to 10/8 port 22, and more. */
const guarded = (...first: readonly string[]): string => table('filter', ':FORWARD DROP', '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT', ...first.map((rule) => `-A FORWARD ${rule}`), '-A FORWARD -i lan0 -j ACCEPT', '-A FORWARD -i wan0 -p tcp --dport 443 -j ACCEPT');

describe('forbid', () => {
  const statement = 'forbid: {from: wan0, to: 10.0.0.0/8, port: 22}';

  it('holds where nothing gets through', () => {
    expect(holds(`${table('filter', ':INPUT DROP')}`, statement)).toBe(false);
    expect(holds(`${guarded().replace(':FORWARD', ':INPUT DROP\n:FORWARD')}`, statement)).toBe(true);
  });

  it('fails with a packet that gets through, and says which do', () => {
    const answer = ask(guarded('-i wan0 -s 192.0.2.0/24 -p tcp --dport 20:25 -j ACCEPT').replace(':FORWARD', ':INPUT DROP\n:FORWARD'), statement);
    expect(answer.failures).toMatchObject([{ way: 'forwarded', witness: { replayable: true }, judgement: { outcome: expect.stringMatching(/^accepted, forwarded/) as string } }]);
    expect(answer.failures[0]?.witness?.words).toMatch(/^tcp 192\.0\.2\.\d+:\d+ > 10\.\S+:22 syn in wan0/);
    expect(answer.failures[0]?.region.map(cubeText).join()).toContain('source 192.0.2.0/24');
  });

  it('is about where packets arrive, after the translation of their destination', () => {
    const translated = `${table('nat', '-A PREROUTING -i wan0 -p tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:22')}${table('filter', ':INPUT DROP', ':FORWARD DROP', '-A FORWARD -d 10.0.0.5/32 -p tcp --dport 22 -j ACCEPT')}`;
    const [failure] = ask(translated.replace('-A FORWARD -d', '-A FORWARD -m conntrack --ctstate DNAT -d'), statement).failures;
    expect(failure).toMatchObject({ way: 'forwarded', witness: { replayable: true } });
    expect(failure?.witness?.words).toContain(':2222 ');
    expect(holds(translated.replace(':22\n', ':23\n').replace('--dport 22 ', '--dport 23 '), statement)).toBe(true);
  });

  it('speaks of packets that open a connection, unless it says others', () => {
    const established = table('filter', ':INPUT DROP', ':FORWARD DROP', '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT');
    expect(holds(established, 'forbid: {to: self}')).toBe(true);
    expect(ask(established, 'forbid: {to: self, state: any}').failures).toMatchObject([{ way: 'delivered', witness: { replayable: true, before: expect.arrayContaining([expect.anything()]) as unknown[] } }]);
  });

  it('counts a rate that may let something through', () => {
    expect(holds(table('filter', ':INPUT DROP', '-A INPUT -m limit --limit 1/hour -j ACCEPT'), 'forbid: {to: self, protocol: tcp}')).toBe(false);
  });

  it('can speak of one hook', () => {
    const rules = table('filter', ':FORWARD DROP');
    expect(holds(rules, 'forbid: {hook: FORWARD}')).toBe(true);
    expect(holds(rules, 'forbid: {hook: [FORWARD, INPUT]}')).toBe(false);
  });

  it('can speak of what this host sends', () => {
    const rules = table('filter', '-A OUTPUT -p tcp --dport 25 -j REJECT');
    expect(holds(rules, 'forbid: {from: self, protocol: tcp, dport: 25}')).toBe(true);
    expect(ask(rules, 'forbid: {from: self, protocol: tcp, dport: 26}').failures.map(({ way }) => way)).toContain('sent');
  });
});

describe('allow', () => {
  const web = table('filter', ':INPUT DROP', '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT');

  it('holds where nothing of it is dropped', () => {
    expect(holds(web, 'allow: {to: self, protocol: tcp, dport: 443}')).toBe(true);
  });

  it('fails with a packet that is dropped', () => {
    const answer = ask(web.replace('-A INPUT -p', '-A INPUT ! -s 192.0.2.0/24 -p'), 'allow: {to: self, protocol: tcp, dport: 443}');
    expect(answer.failures).toMatchObject([{ way: 'delivered', hook: 'INPUT', witness: { replayable: true }, judgement: { outcome: 'dropped in INPUT' } }]);
    expect(answer.failures[0]?.region.map(cubeText)).toEqual(['source 192.0.2.0/24']);
  });

  it('counts a rate that may drop something', () => {
    expect(holds(web.replace('-A INPUT -p tcp', '-A INPUT -m limit --limit 9/sec -p tcp'), 'allow: {to: self, protocol: tcp, dport: 443}')).toBe(false);
  });

  it('is about what is sent to an address, wherever it is translated to', () => {
    const translated = `${table('nat', '-A PREROUTING -m addrtype --dst-type LOCAL -p tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443')}${table('filter', ':INPUT DROP', ':FORWARD DROP', '-A FORWARD -d 10.0.0.5/32 -p tcp --dport 8443 -j ACCEPT')}`;
    const tracked = translated.replace(':FORWARD DROP\n', ':FORWARD DROP\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n');
    const host: Topology = { ifaces: [{ name: 'eth0', addr: ['192.0.2.1/24'] }, { name: 'eth1', addr: ['10.0.0.1/24'] }], routes: ['default dev eth0'] };
    expect(holds(tracked, 'allow: {to: self, protocol: tcp, dport: 443}', host)).toBe(true);
    expect(ask(tracked.replace('-A FORWARD -d 10.0.0.5/32', '-A FORWARD -d 10.0.0.6/32'), 'allow: {to: self, protocol: tcp, dport: 443}', host).failures).toMatchObject([{ way: 'forwarded', hook: 'FORWARD', witness: { replayable: true } }]);
  });
});

describe('a topology', () => {
  it('tells which interface packets leave by', () => {
    const host: Topology = { ifaces: [{ name: 'eth0', addr: ['192.0.2.1/24'] }, { name: 'eth1', addr: ['10.0.0.1/24'] }], routes: ['default dev eth0'] };
    const rules = table('filter', '-A FORWARD -o eth1 -j DROP', '-A INPUT -j DROP');
    expect(holds(rules, 'forbid: {from: eth0, to: 10.0.0.0/24}')).toBe(false);
    expect(holds(rules, 'forbid: {from: eth0, to: 10.0.0.0/24}', host)).toBe(true);
  });
});

describe('statements of no packet', () => {
  it('are named', () => {
    const { value } = readPolicy('- {name: six, forbid: {to: "2001:db8::/32"}}\n- {name: ports, forbid: {protocol: icmp, port: 3}}\n', { file: 'policy' });
    expect(askPolicy(inputOf(table('filter', ':INPUT DROP')), value ?? [])).toMatchObject({ kind: 'answered', answers: [], vacuous: [{ name: 'six' }, { name: 'ports' }] });
  });
});

it('the example holds', () => {
  const text = (name: string): string => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
  const [statements, topology] = [readPolicy(text('gateway.policy.yaml'), { file: 'policy' }).value, parseTopology(text('gateway.topology.yaml')).value];
  if (statements === undefined || topology === undefined) throw new Error('unreadable');
  const outcome = askPolicy(inputOf(text('gateway.rules')), statements, { topology });
  expect(outcome).toMatchObject({ kind: 'answered', vacuous: [], answers: Array.from({ length: 4 }, () => ({ failures: [] })) });
});
