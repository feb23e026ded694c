import { describe, expect, it } from 'vitest';
import type { CoreRuleset, Field } from '../../src/ir/index.js';
import type { Compared } from './help.js';
import { compared, filter, mangle, tables } from './help.js';
import { cubesOf } from './cubes.js';

/** By hook, the ways on which packets bring a difference there. */
const waysOf = (left: CoreRuleset, right: CoreRuleset): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(compared(left, right).differences.map(({ hook, arrivals }) => [hook, arrivals.filter(({ exact }) => exact).map(({ way }) => way)]));

const unreachableHooks = (left: CoreRuleset, right: CoreRuleset): readonly string[] => compared(left, right).unreachable.map(({ hook }) => hook);

/** Values that a field may have at the start of a way. */
function startOf(comparison: Compared, hook: string, way: string, field: Field): readonly string[] {
  const arrival = comparison.differences.find((one) => one.hook === hook)?.arrivals.find((one) => one.way === way && one.exact);
  const cubes = cubesOf(comparison.bdd, arrival?.start ?? 0, comparison.layout);
  return [...new Set(cubes.flatMap((cube) => (cube.get(field) ?? []).map(({ min, max }) => `${min}-${max}`)))];
}

describe('the ways of packets', () => {
  it('lead to every hook of filter', () => {
    const rule = (hook: string): CoreRuleset => filter(`-A ${hook} -s 10.0.0.1 -j DROP`);
    expect(waysOf(rule('INPUT'), filter())).toEqual({ INPUT: ['delivered', 'looped'] });
    expect(waysOf(rule('FORWARD'), filter())).toEqual({ FORWARD: ['forwarded'] });
    expect(waysOf(rule('OUTPUT'), filter())).toEqual({ OUTPUT: ['sent', 'looped'] });
    expect(waysOf(mangle('-A POSTROUTING -s 10.0.0.1 -j DROP'), mangle())).toEqual({ POSTROUTING: ['forwarded', 'sent', 'looped'] });
  });

  it('over lo are those of packets from here', () => {
    expect(waysOf(filter('-A INPUT -i lo -j DROP'), filter())).toEqual({ INPUT: ['looped'] });
    expect(waysOf(filter('-A INPUT ! -i lo -j DROP'), filter())).toEqual({ INPUT: ['delivered'] });
    expect(waysOf(filter('-A OUTPUT ! -o lo -j DROP'), filter())).toEqual({ OUTPUT: ['sent'] });
    expect(unreachableHooks(filter('-A FORWARD -o lo -j DROP'), filter())).toEqual([]);
  });

  it('end where both sides drop', () => {
    const before = ['*mangle', '-A PREROUTING -s 10.0.0.0/8 -j DROP', '-A OUTPUT -s 10.0.0.0/8 -j DROP', '*filter'];
    expect(waysOf(tables(...before, '-A INPUT -s 10.0.0.1 -j DROP'), tables(...before))).toEqual({});
    expect(unreachableHooks(tables(...before, '-A INPUT -s 10.0.0.1 -j DROP'), tables(...before))).toEqual(['INPUT']);
    expect(waysOf(tables(...before, '-A INPUT -s 11.0.0.1 -j DROP'), tables(...before))).toEqual({ INPUT: ['delivered', 'looped'] });
  });

  it('end where the sides differ already', () => {
    const left = tables('*mangle', '-A PREROUTING -s 10.0.0.1 -j DROP', '-A OUTPUT -s 10.0.0.1 -j DROP', '*filter', '-A INPUT -s 10.0.0.1 -j LOG');
    const right = tables('*mangle', '-A PREROUTING -s 10.0.0.2 -j DROP', '*filter');
    expect(Object.keys(waysOf(left, right))).toEqual(['PREROUTING', 'OUTPUT']);
  });
});

describe('what hooks do to packets before', () => {
  it('marks', () => {
    const before = ['*mangle', '-A PREROUTING -s 10.0.0.1 -j MARK --set-mark 7', '-A PREROUTING ! -s 10.0.0.1 -j MARK --set-mark 8', '*filter'];
    const comparison = compared(tables(...before, '-A FORWARD -m mark --mark 7 -j DROP'), tables(...before));
    expect(startOf(comparison, 'FORWARD', 'forwarded', 'ip.source')).toEqual([`${0x0a000001}-${0x0a000001}`]);
    expect(unreachableHooks(tables(...before, '-A FORWARD -m mark --mark 9 -j DROP'), tables(...before))).toEqual(['FORWARD']);
  });

  it('translation of the destination', () => {
    const before = ['*nat', '-A PREROUTING -d 192.0.2.1 -p tcp --dport 80 -j DNAT --to 10.0.0.1:8080', '*filter'];
    const comparison = compared(tables(...before, '-A FORWARD -d 10.0.0.1 -p tcp --dport 8080 -j DROP'), tables(...before));
    // First packets come with either destination; those that were meant for port 80 of the other come with it.
    expect(startOf(comparison, 'FORWARD', 'forwarded', 'ip.destination')).toEqual([`${0x0a000001}-${0x0a000001}`, `${0xc0000201}-${0xc0000201}`]);
    expect(startOf(comparison, 'FORWARD', 'forwarded', 'transport.destination-port')).toEqual(['8080-8080', '80-80']);
    expect(unreachableHooks(tables(...before, '-A FORWARD -m conntrack --ctstate NEW -d 192.0.2.1 -p tcp --dport 80 -j DROP'), tables(...before))).toEqual([]);
  });

  it('the TTL that forwarding takes', () => {
    expect(startOf(compared(mangle('-A FORWARD -m ttl --ttl-eq 1 -j DROP'), mangle()), 'FORWARD', 'forwarded', 'ip.ttl')).toEqual(['2-2']);
    expect(unreachableHooks(mangle('-A FORWARD -m ttl --ttl-eq 0 -j DROP'), mangle())).toEqual(['FORWARD']);
    expect(unreachableHooks(mangle('-A INPUT -m ttl --ttl-eq 0 -j DROP'), mangle())).toEqual([]);
  });

  it('NOTRACK', () => {
    const before = ['*raw', '-A PREROUTING -j NOTRACK', '*filter'];
    expect(unreachableHooks(tables(...before, '-A FORWARD -m state --state NEW -j DROP'), tables(...before, '-A FORWARD -m state --state RELATED'))).toEqual(['FORWARD']);
    expect(waysOf(tables(...before, '-A FORWARD -m state --state UNTRACKED -j DROP'), tables(...before, '-A FORWARD -m state --state RELATED'))).toEqual({ FORWARD: ['forwarded'] });
  });

  it('marks of new connections', () => {
    const track = '-A FORWARD -m state --state RELATED';
    expect(unreachableHooks(filter('-A FORWARD -m state --state UNTRACKED -j DROP'), filter(track))).toEqual(['FORWARD']);
    expect(waysOf(filter('-A FORWARD -m state --state NEW -m connmark --mark 5 -j DROP'), filter(track))).toEqual({ FORWARD: ['forwarded'] });
  });
});

describe('what is certain', () => {
  const track = '-A FORWARD -m state --state RELATED';
  it.each<[string, CoreRuleset, CoreRuleset]>([
    ['a first packet has flags that open a connection', tables('*nat', '-A PREROUTING -p tcp --tcp-flags ALL NONE -j DNAT --to 10.0.0.1'), tables('*nat', '-A PREROUTING -p tcp --tcp-flags ALL FIN -j DNAT --to 10.0.0.1')],
    ['no entry for answers that nobody asked for', filter('-A FORWARD -p icmp -m icmp --icmp-type 0 -m state --state NEW -j DROP'), filter(track, '-A FORWARD -p icmp -m icmp --icmp-type 255')],
    ['a packet is as long as its headers', filter('-A FORWARD -p tcp -m length --length 0:39 -m tcp --dport 80 -j DROP'), filter('-A FORWARD -p tcp -m length --length 0:39 -m tcp --dport 81 -j DROP')],
    ['related are errors where no rule gives a helper', filter('-A FORWARD -p tcp -m state --state RELATED -j DROP'), filter(track, '-A FORWARD -p tcp')],
    ['groups are multicast', filter('-A INPUT -d 224.0.0.1 -m addrtype ! --dst-type MULTICAST -j DROP'), filter()],
    ['what is delivered is for this host', filter('-A INPUT -m addrtype --dst-type UNICAST -j DROP'), filter()],
    ['what is forwarded is not', filter('-A FORWARD -m addrtype --dst-type LOCAL -j DROP'), filter()],
    ['replies have been seen when a connection is established', filter('-A FORWARD -m state --state ESTABLISHED -m conntrack ! --ctstatus SEEN_REPLY -j DROP'), filter(track)],
    ['new connections go in one direction', filter('-A FORWARD -m state --state NEW -m conntrack --ctdir REPLY -j DROP'), filter(track)],
    ['nothing was translated where nothing translates', filter('-A FORWARD -m conntrack --ctstate DNAT -j DROP'), filter(track)],
    ['fragments are put together before INPUT', filter('-A INPUT -f -j DROP'), filter()],
  ])('%s', (_, left, right) => {
    expect(compared(left, right).differences.map(({ hook }) => hook)).toEqual([]);
  });

  it('a helper may lead to more', () => {
    const helper = ['*raw', '-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp', '*filter'];
    expect(waysOf(tables(...helper, '-A FORWARD -p tcp -m state --state RELATED -j DROP'), tables(...helper, track))).toEqual({ FORWARD: ['forwarded'] });
  });

  it('but a packet may be shorter than a header that nobody reads', () => {
    expect(waysOf(filter('-A FORWARD -p tcp -m length --length 0:39 -j DROP'), filter())).toEqual({ FORWARD: ['forwarded'] });
  });

  it('one side alone puts fragments together', () => {
    const states = '-A INPUT -m state --state INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED -j ACCEPT';
    expect(compared(filter(states), filter('-A INPUT -j ACCEPT')).differences.map(({ hook }) => hook)).toEqual(['PREROUTING', 'OUTPUT']);
    expect(compared(filter(states), filter('-A INPUT -j ACCEPT'), { assume: ['no-later-fragments'] }).differences).toEqual([]);
  });

  it('an MSS option is one of kind 2, under its assumption', () => {
    const [left, right] = [filter('-A FORWARD -p tcp -m tcp --tcp-option 2 -j DROP'), filter('-A FORWARD -p tcp -m tcp --tcp-option 2 -m tcpmss --mss 0:65535 -j DROP')];
    expect(compared(left, right).differences.map(({ hook }) => hook)).toEqual(['FORWARD']);
    expect(compared(left, right, { assume: ['plain-tcp-options', 'no-truncated-l4-headers'] }).differences).toEqual([]);
  });
});
