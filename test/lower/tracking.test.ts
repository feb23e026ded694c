import { expect, test } from 'vitest';
import type { Family, Jump, Match, Ruleset, Table } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { program, rule, source, yes } from './build.js';

const counters = { packets: 0n, bytes: 0n };
/** The rule stands in a chain that nothing jumps to. */
const unreached = (matches: readonly Match[], jump?: Jump): Table => ({
  name: 'mangle',
  chains: [
    { kind: 'base', name: 'PREROUTING', hook: 'PREROUTING', policy: 'ACCEPT', counters, rules: [] },
    { kind: 'user', name: 'u', source, rules: [rule({}, matches, jump)] },
  ],
});
const tracks = (matches: readonly Match[], jump?: Jump, family: Family = 4): boolean | undefined =>
  lower(program(family, [], 'PREROUTING', 'raw', [unreached(matches, jump)])).value.rulesets[0]?.tracking;

/** Whether fragments are put together without it. */
const gathers = (matches: readonly Match[], jump?: Jump): boolean =>
  lower(program(4, [], 'PREROUTING', 'raw', [unreached(matches, jump)])).value.rulesets[0]?.reassembly === true;

const any = { min: 0n, max: 1n };
test.each<[string, readonly Match[], Jump | undefined, boolean]>([
  ['nothing', [], undefined, false],
  ['-m state', [{ kind: 'state', source, states: yes(['NEW']) }], undefined, true],
  ['-m conntrack', [{ kind: 'conntrack', source }], undefined, true],
  ['-m connmark', [{ kind: 'connmark', source, mark: yes({ value: 0, mask: 0 }) }], undefined, true],
  ['-m connlimit', [{ kind: 'connlimit', source, comparison: 'above', limit: 1, prefix: 32, address: 'source' }], undefined, true],
  ['-m helper', [{ kind: 'helper', source, helper: yes('ftp') }], undefined, true],
  ['-m addrtype', [{ kind: 'addrtype', source }], undefined, false],
  ['-m recent', [{ kind: 'recent', source, action: yes('set'), name: 'x', mask: 0n, address: 'source' }], undefined, false],
  ['MARK', [], { kind: 'mark', source, xmark: { value: 1, mask: 1 } }, false],
  ['CONNMARK', [], { kind: 'connmark', source, operation: { kind: 'set', xmark: { value: 1, mask: 1 } } }, true],
  ['SNAT', [], { kind: 'snat', source, to: { addresses: any } }, true],
  ['DNAT', [], { kind: 'dnat', source, to: { addresses: any } }, true],
  ['MASQUERADE', [], { kind: 'masquerade', source }, true],
  ['REDIRECT', [], { kind: 'redirect', source }, true],
  ['NETMAP', [], { kind: 'netmap', source, to: { address: 0n, mask: 0n } }, true],
  ['SYNPROXY', [], { kind: 'synproxy', source }, true],
  ['NOTRACK', [], { kind: 'notrack', source }, false],
  ['CT --notrack', [], { kind: 'ct', source, notrack: true }, false],
  ['CT --zone', [], { kind: 'ct', source, zone: { direction: 'both', id: 1 } }, true],
  ['TPROXY', [], { kind: 'tproxy', source, port: 1, address: 0n, mark: { value: 0, mask: 0 } }, false],
])('%s', (_, matches, jump, tracking) => {
  expect(tracks(matches, jump)).toBe(tracking);
});

test('one family does not turn it on for the other', () => {
  const both = [...program(4, [rule({}, [{ kind: 'state', source, states: yes(['NEW']) }])]).rulesets, ...program(6, [rule({}, [])]).rulesets] satisfies Ruleset[];
  expect(lower({ rulesets: both, sets: [] }).value.rulesets.map((ruleset) => ruleset.tracking)).toEqual([true, false]);
});

test('sockets want whole packets, and no connections', () => {
  const proxy: Jump = { kind: 'tproxy', source, port: 1, address: 0n, mark: { value: 0, mask: 0 } };
  expect([gathers([]), gathers([{ kind: 'socket', source }]), gathers([], proxy), gathers([{ kind: 'state', source, states: yes(['NEW']) }], proxy)]).toEqual([false, true, true, false]);
});
