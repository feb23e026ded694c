import { describe, expect, it } from 'vitest';
import type { CoreProgram, CoreTable } from '../../src/ir/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { bytesOf, syn, udp } from '../kernel/world.js';
import { frameOf } from '../kernel/index.js';
import { accept, back, base, chain, drop, field, goto, holds, jump, log, not, program, protocol, rule, state, table, tcpPort, test } from './core.js';
import { compileForHost, hostCompiler, type XdpAction } from './host.js';

const plain: XdpOptions = { mode: 'prefilter', strict: false, assume: [] };

/** SYN from 10.0.0.5:1000 to 10.0.1.7:80, and 12 bytes of UDP between the same hosts to port 53. */
const frames = [bytesOf(syn), bytesOf(udp)].map((bytes) => frameOf({ id: 'p', origin: 'wire', inInterface: 'eth0', bytes }));

function run(core: CoreProgram, options: Partial<XdpOptions> = {}): readonly XdpAction[] {
  const { text, diagnostics } = xdp.compile(core, { ...plain, ...options });
  if (text === undefined) throw new Error(JSON.stringify(diagnostics));
  const built = compileForHost(text);
  try {
    return built.run(frames);
  } finally {
    built.dispose();
  }
}

const filter = (...chains: Parameters<typeof table> extends [unknown, ...infer C] ? C : never): CoreTable => table('filter', ...chains);
const input = (...rules: Parameters<typeof base>[2][]): CoreTable => filter(base('INPUT', 'ACCEPT', ...rules));
const udpOnly = protocol(17);

describe.skipIf(hostCompiler === undefined)('a prefilter', () => {
  const atInput = { chain: 'INPUT' } as const;
  const cases: readonly (readonly [string, CoreProgram, Partial<XdpOptions>, readonly XdpAction[]])[] = [
    ['drops what a rule drops', program(4, [input(rule(udpOnly, drop))]), atInput, ['pass', 'drop']],
    ['drops what the policy drops', program(4, [filter(base('INPUT', 'DROP', rule(udpOnly, accept)))]), atInput, ['drop', 'pass']],
    ['passes without rules', program(4, []), {}, ['pass', 'pass']],
    ['passes the other family', program(6, [input(rule([], drop))]), atInput, ['pass', 'pass']],
    ['passes what only INPUT drops, not knowing the way', program(4, [input(rule([], drop))]), {}, ['pass', 'pass']],
    ['drops what both ways drop', program(4, [filter(base('INPUT', 'DROP'), base('FORWARD', 'ACCEPT', rule(udpOnly, drop)))]), {}, ['pass', 'drop']],
    ['knows the way by the local addresses', program(4, [input(rule([], drop))]), { local: ['10.0.1.7'] }, ['drop', 'drop']],
    ['knows the other way by them too', program(4, [input(rule([], drop))]), { local: ['10.0.1.8'] }, ['pass', 'pass']],
    ['passes what an unknown state may accept', program(4, [input(rule([state('ESTABLISHED')], accept), rule([], drop))], [], true), atInput, ['pass', 'pass']],
    ['drops before an unknown state is asked', program(4, [input(rule(udpOnly, drop), rule([state('ESTABLISHED')], accept), rule([], drop))], [], true), atInput, ['pass', 'drop']],
    ['drops what an unknown state drops either way', program(4, [input(rule([state('INVALID')], drop), rule([], drop))], [], true), atInput, ['drop', 'drop']],
    ['does not drop for an unknown state', program(4, [input(rule([state('INVALID')], drop))], [], true), atInput, ['pass', 'pass']],
    ['knows that raw comes before tracking', program(4, [table('raw', base('PREROUTING', 'ACCEPT', rule([state('INVALID')], drop)))], [], true), {}, ['drop', 'drop']],
    ['knows that NOTRACK changes that', program(4, [table('raw', base('PREROUTING', 'ACCEPT', rule([], { kind: 'notrack' }), rule([state('INVALID')], drop)))], [], true), {}, ['pass', 'pass']],
    ['follows a chain that may be entered', program(4, [filter(base('INPUT', 'ACCEPT', rule([state('NEW')], jump('a')), rule([], drop)), chain('a', rule(udpOnly, accept)))], [], true), atInput, ['drop', 'pass']],
    ['follows what may come back from a chain', program(4, [filter(base('INPUT', 'DROP', rule([], jump('a')), rule(udpOnly, accept)), chain('a', rule([state('NEW')], back), rule([], drop)))], [], true), atInput, ['drop', 'pass']],
    ['comes back from a goto to the policy', program(4, [filter(base('INPUT', 'DROP', rule(udpOnly, goto('a')), rule([], accept)), chain('a', rule([], { kind: 'continue' })))]), atInput, ['pass', 'drop']],
    ['a goto comes back to the caller of its chain', program(4, [filter(base('INPUT', 'DROP', rule([], jump('a')), rule([], accept)), chain('a', rule([], goto('b')), rule([], drop)), chain('b', rule(udpOnly, drop)))]), atInput, ['pass', 'drop']],
    ['passes what is logged before it is dropped', program(4, [input(rule(udpOnly, log), rule([], drop))]), atInput, ['drop', 'pass']],
    ['passes what may be logged', program(4, [input(rule([state('NEW')], log), rule([], drop))], [], true), atInput, ['pass', 'pass']],
    ['passes what is rejected', program(4, [input(rule(udpOnly, { kind: 'reject', with: 'icmp-port-unreachable' }), rule([], drop))]), atInput, ['drop', 'pass']],
    ['passes what a rate limit counts', program(4, [input(rule([...udpOnly, test({ kind: 'limit', identity: 'l', interval: 10000, burst: 5 })], drop), rule([], drop))]), atInput, ['drop', 'pass']],
    ['does not pass what chance drops either way', program(4, [input(rule([...udpOnly, test({ kind: 'random', identity: 'r', probability: 5 })], drop), rule([], drop))]), atInput, ['drop', 'drop']],
    ['accepts for one table only', program(4, [table('mangle', base('INPUT', 'ACCEPT', rule([], accept), rule([], drop))), input(rule(udpOnly, drop))]), atInput, ['pass', 'drop']],
    ['drops a header that is cut off', program(4, [input(rule([...udpOnly, holds(13)]))]), atInput, ['pass', 'drop']],
    ['takes the interface from the option', program(4, [input(rule([test({ kind: 'interface', direction: 'in', pattern: { name: 'eth', prefix: true } })], drop))]), { ...atInput, interface: 'eth0' }, ['drop', 'drop']],
    ['passes what another interface would drop', program(4, [input(rule([test({ kind: 'interface', direction: 'in', pattern: { name: 'eth1', prefix: false } })], drop))]), { ...atInput, interface: 'eth0' }, ['pass', 'pass']],
    ['passes what an unknown interface may drop', program(4, [input(rule([test({ kind: 'interface', direction: 'in', pattern: { name: 'eth0', prefix: false } })], drop))]), atInput, ['pass', 'pass']],
    ['no interface goes out of INPUT', program(4, [input(rule([test(not({ kind: 'interface', direction: 'out', pattern: { name: 'eth0', prefix: false } }))], drop))]), atInput, ['drop', 'drop']],
    ['does not trust a destination that may be translated', program(4, [
      table('nat', base('PREROUTING', 'ACCEPT'), base('POSTROUTING', 'ACCEPT', rule([], { kind: 'nat', nat: { kind: 'masquerade', source: { line: 1, column: 1, endColumn: 2 } } }))),
      input(rule(tcpPort(80), drop), rule(udpOnly, drop)),
    ], [], true), atInput, ['pass', 'drop']],
    ['does not trust a lifetime that may be rewritten', program(4, [
      table('mangle', base('PREROUTING', 'ACCEPT', rule(udpOnly, { kind: 'assign', to: 'ip.ttl', value: { kind: 'add', amount: 1 } }))), input(rule([test(field('ip.ttl', 64))], drop)),
    ]), atInput, ['pass', 'pass']],
    ['sees the lifetime of a forwarded packet one lower', program(4, [filter(base('FORWARD', 'ACCEPT', rule([...udpOnly, test(field('ip.ttl', 63))], drop), rule([test(field('ip.ttl', 64))], drop)))]), { chain: 'FORWARD' }, ['pass', 'drop']],
    ['passes what a test beyond the core may see', program(4, [input(rule([...udpOnly, { kind: 'refuse', extension: 'string', reason: 'searches', source: { line: 1, column: 1, endColumn: 2 } }], drop), rule([], drop))]), atInput, ['drop', 'pass']],
  ];
  it.each(cases)('%s', (_, core, options, expected) => {
    expect(run(core, options)).toEqual(expected);
  });

  it('says where it passes packets on for want of an extension', () => {
    const core = program(4, [input(rule([{ kind: 'refuse', extension: 'string', reason: 'searches', source: { line: 7, column: 3, endColumn: 9 } }], drop))]);
    expect(xdp.compile(core, plain).diagnostics).toMatchObject([{ code: 'xdp-passed-on', severity: 'note', line: 7, column: 3, chain: 'INPUT', rule: 1 }]);
  });

  it('assumes nothing', () => {
    expect(xdp.compile(program(4, [input(rule(udpOnly, drop))]), { ...plain, strict: true }).assumptions).toEqual([]);
  });
});
