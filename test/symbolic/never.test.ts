import { describe, expect, it } from 'vitest';
import type { CoreRuleset, Family } from '../../src/ir/index.js';
import { compared, core, mangle, tables } from './help.js';

/** Hooks where the rule makes a difference to some packet that can be. */
const hooksOf = (left: CoreRuleset, right: CoreRuleset): readonly string[] => compared(left, right).differences.map(({ hook }) => hook);

const tracked = '-A INPUT -m conntrack --ctstate NEW';
const ofFamily = (family: Family, ...rules: readonly string[]): CoreRuleset => core(['*filter', tracked, ...rules], family);

/** The same tests, which may drop what they cannot read. */
const aimless = (rule: string): string => rule.replace(' -j DROP', '');

describe('what no packet is, makes no difference', () => {
  it.each([
    '-A INPUT -p icmp -m icmp --icmp-type 8 -m conntrack --ctstate RELATED -j DROP',
    '-A INPUT -p gre -m conntrack --ctproto 17 -j DROP',
    '-A INPUT -m conntrack --ctstate UNTRACKED -j DROP',
    '-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -m tcp --tcp-flags ACK,RST,SYN NONE -j DROP',
    // The stack refuses these before.
    '-A FORWARD -d 236.49.232.75 -j DROP',
    '-A FORWARD -s 127.0.0.1 -j DROP',
    '-A FORWARD -d 255.255.255.255 -j DROP',
    '-A INPUT -s 255.255.255.255 ! -i lo -j DROP',
    '-A INPUT -d 127.0.0.1 ! -i lo -j DROP',
    '-A OUTPUT ! -o lo -m addrtype --dst-type LOCAL -j DROP',
    '-A INPUT -s 192.0.2.1 -d 0.0.0.0 ! -i lo -j DROP',
    '-A INPUT -s 0.0.0.0 -d 10.0.0.5 ! -i lo -j DROP',
    '-A INPUT -d 10.0.0.5 -m addrtype --dst-type ANYCAST -j DROP',
    '-A OUTPUT -d 127.0.0.129 -m addrtype --dst-type BROADCAST -j DROP',
    // The entry of a connection that nobody translates says what its packets say.
    '-A INPUT -s 10.0.0.0/8 -m conntrack --ctstate NEW --ctorigsrc 11.0.0.0/8 -j DROP',
  ])('in IPv4: %s', (rule) => {
    expect(hooksOf(ofFamily(4, rule), ofFamily(4, aimless(rule)))).toEqual([]);
  });

  it('a cut header of an expected connection', () => {
    const [ports, related] = ['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', '-A INPUT -m conntrack --ctstate RELATED -j ACCEPT'];
    const before = ['*raw', '-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp', '*filter', ':INPUT DROP [0:0]'];
    expect(hooksOf(tables(...before, ports, related), tables(...before, related, ports))).toEqual([]);
  });

  it.each([
    '-A INPUT -p tcp -m conntrack --ctstate UNTRACKED -j DROP',
    '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 137 -m conntrack --ctstate RELATED -j DROP',
    '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -m conntrack --ctstate UNTRACKED -j DROP',
    '-A INPUT ! -i lo -s ::1 -j DROP',
    '-A INPUT ! -i lo -d ff01::1 -j DROP',
    '-A FORWARD -d ff02::1 -j DROP',
  ])('in IPv6: %s', (rule) => {
    expect(hooksOf(ofFamily(6, rule), ofFamily(6, aimless(rule)))).toEqual([]);
  });
});

describe('what some packet is, makes one', () => {
  it.each([
    ['-A INPUT -p icmp -m icmp --icmp-type 3 -m conntrack --ctstate RELATED -j DROP', 'INPUT'],
    ['-A INPUT -p udp -m conntrack --ctproto 17 -j DROP', 'INPUT'],
    ['-A INPUT -p icmp -m conntrack --ctproto 17 -j DROP', 'INPUT'],
    ['-A INPUT -d 224.0.0.251 -j DROP', 'INPUT'],
    ['-A INPUT -i lo -d 127.0.0.1 -j DROP', 'INPUT'],
    ['-A OUTPUT -o lo -m addrtype --dst-type LOCAL -j DROP', 'OUTPUT'],
    ['-A INPUT -s 10.0.0.0/8 -m conntrack --ctstate NEW --ctorigsrc 10.0.0.0/8 -j DROP', 'INPUT'],
    ['-A INPUT -s fe80::/10 -j DROP', 'INPUT'],
    ['-A FORWARD -s fe80::/10 -j DROP', 'FORWARD'],
    ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m conntrack --ctstate UNTRACKED -j DROP', 'INPUT'],
    ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -m conntrack --ctstate RELATED -j DROP', 'INPUT'],
  ])('%s', (rule, hook) => {
    const family = /::|ipv6/.test(rule) ? 6 : 4;
    expect(hooksOf(ofFamily(family, rule), ofFamily(family, aimless(rule)))).toEqual([hook]);
  });

  it('a local packet may be sent elsewhere, to this host, when it is routed anew', () => {
    const nat = ['*nat', '-A OUTPUT -p tcp -o eth0 -j REDIRECT --to-ports 15001', '*filter', '-A OUTPUT ! -o eth0 -j DROP'];
    const { differences } = compared(tables(...nat, '-A INPUT -i lo -p tcp -m tcp --dport 15001 -j DROP'), tables(...nat));
    expect(differences.map(({ hook, arrivals }) => [hook, arrivals.filter(({ exact }) => exact).map(({ way }) => way)])).toEqual([['INPUT', ['looped']]]);
  });

  it('a reject is heard where an answer may leave', () => {
    const silent = ['*filter', ':OUTPUT DROP [0:0]', '-A OUTPUT -p udp -m owner --uid-owner 7 -j ACCEPT'];
    const differing = (...more: readonly string[]): readonly string[] => hooksOf(tables(...silent, ...more, '-A INPUT ! -i lo -j REJECT'), tables(...silent, ...more, '-A INPUT ! -i lo -j DROP'));
    expect(differing()).toEqual([]);
    expect(differing('-A OUTPUT -p icmp -j ACCEPT')).toEqual(['INPUT']);
    expect(differing('-A OUTPUT -j LOG')).toEqual(['INPUT']);
  });

  it('what is written to packets that routing refuses is seen where it is logged, or over lo', () => {
    const marks = (rule: string): readonly string[] => hooksOf(mangle(`-A PREROUTING ${rule} -j MARK --set-mark 1`), mangle(`-A PREROUTING ${rule} -j MARK --set-mark 2`));
    expect(marks('! -i lo -s 127.0.0.0/8')).toEqual([]);
    expect(marks('-s 127.0.0.0/8')).toEqual(['PREROUTING']);
    const logs = mangle('-A PREROUTING ! -i lo -s 127.0.0.0/8 -j LOG');
    expect(hooksOf(logs, mangle())).toEqual(['PREROUTING']);
  });

  it('off the wire nothing brings its connection along', () => {
    const rule = (states: string): CoreRuleset => tables('*nat', '-A POSTROUTING -o eth0 -j MASQUERADE', '*filter', `-A FORWARD -p tcp -m conntrack --ctstate ${states} -j DROP`);
    expect(hooksOf(rule('NEW'), rule('NEW,RELATED'))).toEqual([]);
  });

  it('marks choose among routes', () => {
    expect(hooksOf(mangle('-A OUTPUT -j MARK --set-mark 1'), mangle())).toEqual(['OUTPUT']);
  });
});
