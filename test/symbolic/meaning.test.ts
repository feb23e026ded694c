import { describe, expect, it } from 'vitest';
import type { CoreRuleset } from '../../src/ir/index.js';
import { compared, differing, filter, mangle, tables } from './help.js';

type Case = readonly [string, CoreRuleset, CoreRuleset];

/** A rule set with a priority for each base chain of a table, as nft has them. */
const at = (ruleset: CoreRuleset, priorities: Readonly<Record<string, number>>): CoreRuleset => ({
  ...ruleset,
  tables: ruleset.tables.map((table) => ({ ...table, chains: table.chains.map((chain) => (chain.base === undefined ? chain : { ...chain, base: { ...chain.base, priority: priorities[table.name] ?? 0 } })) })),
});

const joined = (...rulesets: readonly CoreRuleset[]): CoreRuleset => {
  const [first, ...rest] = rulesets;
  if (first === undefined) throw new Error('nothing to join');
  return { ...first, tracking: rulesets.some(({ tracking }) => tracking), tables: [...first.tables, ...rest.flatMap((one) => one.tables)] };
};

describe('written fields', () => {
  it.each<Case>([
    ['a bit that has the value already', mangle('-A FORWARD -m mark --mark 1 -j MARK --set-mark 1'), mangle()],
    ['a TTL that is set to what it is', mangle('-A FORWARD -m ttl --ttl-eq 5 -j TTL --ttl-set 5'), mangle()],
    ['TTL up and down within its ends', mangle('-A FORWARD -m ttl --ttl-lt 200 -j TTL --ttl-inc 5', '-A FORWARD -m ttl --ttl-lt 205 -j TTL --ttl-dec 5'), mangle('-A FORWARD -m ttl --ttl-gt 199 -m ttl --ttl-lt 205 -j TTL --ttl-dec 5')],
    ['TTL in two steps', mangle('-A FORWARD -j TTL --ttl-dec 5', '-A FORWARD -j TTL --ttl-dec 7'), mangle('-A FORWARD -j TTL --ttl-dec 12')],
    ['a TTL that is read afterwards', mangle('-A FORWARD -j TTL --ttl-dec 5', '-A FORWARD -m ttl --ttl-eq 7 -j DROP'), mangle('-A FORWARD -m ttl --ttl-eq 12 -j DROP', '-A FORWARD -j TTL --ttl-dec 5')],
    ['a TOS that is read afterwards', mangle('-A FORWARD -j TOS --set-tos 0x10', '-A FORWARD -m tos --tos 0x10 -j DROP'), mangle('-A FORWARD -j DROP')],
    ['marks of a connection that there is none of', mangle('-A FORWARD -m state --state INVALID -j CONNMARK --set-mark 1'), mangle('-A FORWARD -m state --state INVALID')],
    ['a mark kept and brought back', mangle('-A FORWARD -m connmark --mark 5 -j CONNMARK --restore-mark'), mangle('-A FORWARD -m connmark --mark 5 -j MARK --set-mark 5')],
    ['a shift and its bits', mangle('-A FORWARD -m connmark --mark 0x100', '-A FORWARD -j CONNMARK --set-xmark 0x1/0xffffffff'), mangle('-A FORWARD -m connmark --mark 0x100', '-A FORWARD -j CONNMARK --set-mark 1')],
    ['what is written to a packet that is dropped', mangle('-A FORWARD -s 10.0.0.1 -j MARK --set-mark 1', '-A FORWARD -s 10.0.0.1 -j DROP'), mangle('-A FORWARD -s 10.0.0.1 -j DROP')],
  ])('%s: equal', (_, left, right) => {
    expect(differing(left, right)).toEqual([]);
  });

  it.each<Case>([
    ['TTL up and down at its ends', mangle('-A FORWARD -j TTL --ttl-inc 5', '-A FORWARD -j TTL --ttl-dec 5'), mangle()],
    ['a bit that may have another value', mangle('-A FORWARD -m mark ! --mark 1 -j MARK --set-mark 1'), mangle()],
    ['marks of connections', mangle('-A FORWARD -m state --state NEW -j CONNMARK --set-mark 1'), mangle('-A FORWARD -m state --state NEW')],
    ['the mark of a connection that lasts though the packet is dropped', mangle('-A FORWARD -m state --state ESTABLISHED -j CONNMARK --set-mark 1', '-A FORWARD -j DROP'), mangle('-A FORWARD -m state --state ESTABLISHED', '-A FORWARD -j DROP')],
    ['a log that comes twice', filter(':c -', '-A FORWARD -j c', '-A FORWARD -j c', '-A c -j LOG'), filter('-A FORWARD -j LOG')],
    ['what a log shows', mangle('-A FORWARD -j MARK --set-mark 1', '-A FORWARD -j LOG'), mangle('-A FORWARD -j LOG', '-A FORWARD -j MARK --set-mark 1')],
  ])('%s: different', (_, left, right) => {
    expect(differing(left, right)).toEqual(['FORWARD']);
  });
});

describe('translation', () => {
  const dnat = (...rules: readonly string[]): CoreRuleset => tables('*nat', ...rules);

  it.each<Case>([
    ['a rule for packets that never visit the table', dnat('-A PREROUTING -m state --state ESTABLISHED -j DNAT --to 10.0.0.1'), dnat('-A PREROUTING -m state --state INVALID -j DNAT --to 10.0.0.2')],
    ['errors about connections', dnat('-A PREROUTING -m state --state RELATED -p icmp -j DNAT --to 10.0.0.1'), dnat('-A PREROUTING -m state --state ESTABLISHED -j DNAT --to 10.0.0.1')],
    ['a destination that is there already', dnat('-A PREROUTING -d 10.0.0.1 -j DNAT --to 10.0.0.1'), dnat('-A PREROUTING -d 10.0.0.1 -j ACCEPT', '-A OUTPUT -m state --state INVALID -j DNAT --to 10.0.0.1')],
    ['a prefix mapped onto itself', dnat('-A PREROUTING -d 10.0.0.0/8 -j NETMAP --to 10.0.0.0/8'), dnat('-A PREROUTING -d 10.0.0.0/8 -j ACCEPT', '-A OUTPUT -m state --state INVALID -j DNAT --to 10.0.0.1')],
    ['one address by two ways', dnat('-A PREROUTING -d 10.0.0.1 -j NETMAP --to 10.0.0.9/32'), dnat('-A PREROUTING -d 10.0.0.1 -j DNAT --to 10.0.0.9')],
    ['filter behind nat OUTPUT', tables('*nat', '-A OUTPUT -d 10.0.0.1 -j DNAT --to 10.0.0.2', '*filter', '-A OUTPUT -m state --state NEW -d 10.0.0.1 -j DROP'), tables('*nat', '-A OUTPUT -d 10.0.0.1 -j DNAT --to 10.0.0.2', '*filter')],
  ])('%s: equal', (_, left, right) => {
    const tracked = (ruleset: CoreRuleset): CoreRuleset => ({ ...ruleset, tracking: true });
    if (_ === 'filter behind nat OUTPUT') expect(differing(tracked(left), tracked(right))).toEqual(['OUTPUT']);
    else expect(differing(tracked(left), tracked(right))).toEqual([]);
  });

  it('is not asked for by later nat chains once it is settled', () => {
    const first = dnat('-A PREROUTING -d 10.0.0.1 -j DNAT --to 10.0.0.2');
    const second = dnat('-A PREROUTING -j DNAT --to 10.0.0.3');
    const both = joined(at(first, { nat: -100 }), at(second, { nat: -50 }));
    expect(differing(both, dnat('-A PREROUTING -d 10.0.0.1 -j DNAT --to 10.0.0.2', '-A PREROUTING -j DNAT --to 10.0.0.3'))).toEqual([]);
    expect(differing(joined(at(first, { nat: -50 }), at(second, { nat: -100 })), second)).toEqual([]);
  });
});

describe('base chains at one hook', () => {
  it('run in the order of their priorities, and accept ends one of them', () => {
    const accepts = filter('-A INPUT -s 10.0.0.1 -j ACCEPT', '-A INPUT -j MARK --set-mark 1');
    const drops = filter('-A INPUT -s 10.0.0.0/24 -m mark --mark 0 -j DROP');
    expect(differing(joined(at(accepts, { filter: 0 }), at(drops, { filter: 10 })), filter('-A INPUT -s 10.0.0.1 -m mark --mark 0 -j DROP', '-A INPUT -s 10.0.0.1 -j ACCEPT', '-A INPUT -j MARK --set-mark 1'))).toEqual([]);
    expect(differing(joined(at(accepts, { filter: 10 }), at(drops, { filter: 0 })), filter('-A INPUT -s 10.0.0.0/24 -m mark --mark 0 -j DROP', '-A INPUT -s 10.0.0.1 -j ACCEPT', '-A INPUT -j MARK --set-mark 1'))).toEqual([]);
  });
});

describe('base chains with one priority', () => {
  it('run in the opposite order of their making', () => {
    const marks = at(filter('-A INPUT -m mark --mark 0 -j MARK --set-mark 1'), { filter: 0 });
    const others = at(filter('-A INPUT -m mark --mark 0 -j MARK --set-mark 2'), { filter: 0 });
    expect(differing(joined(marks, others), filter('-A INPUT -m mark --mark 0 -j MARK --set-mark 2'))).toEqual([]);
  });
});

describe('what is attached before connection tracking', () => {
  const raw = (...rules: readonly string[]): CoreRuleset => ({ ...tables('*raw', ...rules), tracking: true });

  it.each<Case>([
    ['NOTRACK twice', raw('-A PREROUTING -j NOTRACK', '-A PREROUTING -j NOTRACK'), raw('-A PREROUTING -j NOTRACK')],
    ['CT behind NOTRACK', raw('-A PREROUTING -s 10.0.0.1 -j NOTRACK', '-A PREROUTING -s 10.0.0.1 -j CT --zone 5'), raw('-A PREROUTING -s 10.0.0.1 -j NOTRACK')],
    ['NOTRACK behind CT', raw('-A PREROUTING -j CT --zone 5', '-A PREROUTING -j NOTRACK'), raw('-A PREROUTING -j CT --zone 5')],
    ['the state that NOTRACK gives', tables('*raw', '-A PREROUTING -j NOTRACK', '*mangle', '-A PREROUTING -m state --state UNTRACKED -j DROP'), tables('*raw', '-A PREROUTING -i eth9 -j NOTRACK', '-A PREROUTING ! -i eth9 -j NOTRACK', '*mangle', '-A PREROUTING -m state ! --state NEW,ESTABLISHED,RELATED,INVALID -j DROP')],
    ['NOTRACK where nothing tracks', tables('*raw', '-A PREROUTING -j NOTRACK'), tables('*raw')],
  ])('%s: equal', (_, left, right) => {
    expect(differing(left, right)).toEqual([]);
  });

  it('tells NOTRACK from nothing', () => {
    expect(differing(raw('-A PREROUTING -j NOTRACK'), raw())).toEqual(['PREROUTING']);
  });
});

describe('tests with a state', () => {
  const limit = '-m limit --limit 1/sec';

  it.each<Case>([
    ['the same rules', filter(`-A INPUT ${limit} -j DROP`, `-A INPUT -s 10.0.0.1 ${limit} -j LOG`), filter(`-A INPUT ${limit} -j DROP`, `-A INPUT -s 10.0.0.1 ${limit} -j LOG`)],
    ['one that no packet comes to is gone', filter('-A INPUT -s 10.0.0.0/8 -j DROP', `-A INPUT -s 10.0.0.1 ${limit} -j LOG`, `-A INPUT ${limit} -j DROP`), filter('-A INPUT -s 10.0.0.0/8 -j DROP', `-A INPUT ${limit} -j DROP`)],
    ['one in a chain of its own', filter(':c -', '-A INPUT -j c', `-A c ${limit} -j DROP`), filter(`-A INPUT ${limit} -j DROP`)],
  ])('%s: equal', (_, left, right) => {
    expect(differing(left, right)).toEqual([]);
  });

  it.each<Case>([
    ['two limits with the same text are two', filter(`-A INPUT ${limit} -j LOG`, `-A INPUT ${limit} -j DROP`), filter(':c -', `-A INPUT ${limit} -j c`, '-A c -j LOG', '-A c -j DROP')],
    ['a chain called twice asks twice', filter(':c -', '-A INPUT -j c', '-A INPUT -j c', `-A c ${limit} -j RETURN`, '-A c -j DROP'), filter(':c -', '-A INPUT -j c', `-A c ${limit} -j RETURN`, '-A c -j DROP')],
    ['being asked by more packets', filter(`-A INPUT -s 10.0.0.1 ${limit} -j DROP`), filter(':c -', `-A INPUT ${limit} -j c`, '-A c -s 10.0.0.1 -j DROP')],
  ])('%s: different', (_, left, right) => {
    expect(differing(left, right)).toEqual(['INPUT']);
  });
});

describe('options', () => {
  it('leaves logs out', () => {
    const [left, right] = [filter('-A INPUT -s 10.0.0.1 -j LOG'), filter()];
    expect(differing(left, right)).toEqual(['INPUT']);
    expect(compared(left, right, { ignoreLogs: true }).differences).toEqual([]);
  });
});
