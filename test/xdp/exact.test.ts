import { describe, expect, it } from 'vitest';
import type { CoreProgram } from '../../src/ir/index.js';
import { xdp, type XdpOptions } from '../../targets/xdp/index.js';
import { accept, at, base, chain, drop, jump, log, program, protocol, rule, state, table, test } from './core.js';

const exact: XdpOptions = { mode: 'exact', strict: false, assume: [], chain: 'INPUT' };
const codes = (core: CoreProgram, options: Partial<XdpOptions> = {}) => xdp.compile(core, { ...exact, ...options }).diagnostics.map(({ code, chain: name, rule: position }) => [code, name, position]);
const input = (...rules: Parameters<typeof base>[2][]) => table('filter', base('INPUT', 'ACCEPT', ...rules));
const masquerade = { kind: 'nat', nat: { kind: 'masquerade', source: { line: 1, column: 1, endColumn: 2 } } } as const;

describe('the exact mode', () => {
  it('takes what the frame decides, and names what it assumes', () => {
    const compiled = xdp.compile(program(4, [input(rule(protocol(17), drop))]), exact);
    expect(compiled.diagnostics).toEqual([]);
    expect(compiled.assumptions).toEqual(['untagged-frames', 'unfragmented-packets']);
  });

  const cases: readonly (readonly [string, CoreProgram, Partial<XdpOptions>, readonly unknown[]])[] = [
    ['a state', program(4, [input(rule(protocol(6)), rule([state('NEW')], drop))], [], true), {}, [['xdp-undecidable', 'INPUT', 2]]],
    ['an interface that nobody named', program(4, [input(rule([test({ kind: 'interface', direction: 'in', pattern: { name: 'eth0', prefix: false } })], drop))]), {}, [['xdp-undecidable', 'INPUT', 1]]],
    ['a log, in a chain that is reached', program(4, [table('filter', base('INPUT', 'ACCEPT', rule([], jump('a'))), chain('a', rule([], log)), chain('b', rule([], log)))]), {}, [['xdp-effect', 'a', 1]]],
    ['translation, wherever it stands', program(4, [input(rule([], drop)), table('nat', base('POSTROUTING', 'ACCEPT', rule([], masquerade)))], [], true), {}, [['xdp-effect', 'POSTROUTING', 1]]],
    ['an unknown way', program(4, [input(rule([], drop))]), { chain: undefined } as never, [['xdp-way-unknown', undefined, undefined]]],
    ['every rule of its own', program(4, [input(rule([state('NEW')], drop), rule([], log), rule([{ ...state('INVALID'), source: at(3) }], accept))], [], true), {}, [['xdp-undecidable', 'INPUT', 1], ['xdp-effect', 'INPUT', 2], ['xdp-undecidable', 'INPUT', 3]]],
    ['its assumptions under --strict', program(4, []), { strict: true }, [['xdp-assumption', undefined, undefined], ['xdp-assumption', undefined, undefined]]],
    ['a port of a bridge', program(4, []), { topology: { ifaces: [{ name: 'br0', addr: [] }, { name: 'eth0', addr: [], bridge: 'br0' }] } }, [['xdp-bridge', undefined, undefined]]],
    ['an address that is none', program(4, []), { local: ['localhost'] }, [['xdp-address', undefined, undefined]]],
  ];
  it.each(cases)('refuses %s', (_, core, options, expected) => {
    expect(codes(core, options)).toEqual(expected);
    expect(xdp.compile(core, { ...exact, ...options }).text).toBeUndefined();
  });

  it('takes accepted assumptions under --strict', () => {
    expect(codes(program(4, []), { strict: true, assume: ['untagged-frames', 'unfragmented-packets'] })).toEqual([]);
  });

  it('is not troubled by what is never reached', () => {
    expect(codes(program(4, [input(rule([], drop), rule([state('NEW')], drop))], [], true))).toEqual([]);
    expect(codes(program(4, [input(rule([test({ kind: 'interface', direction: 'in', pattern: { name: 'eth1', prefix: false } }), state('NEW')], drop))], [], true), { interface: 'eth0' })).toEqual([]);
  });
});
