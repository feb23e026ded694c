import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/policy/index.js';

const read = (...lines: readonly string[]) => readPolicy(`${lines.join('\n')}\n`, { file: 'policy.yaml' });
const prefix = (address: bigint, length: number) => ({ kind: 'prefix', family: 4, address, length });

describe('a policy file', () => {
  it('is a list of statements', () => {
    const { value, diagnostics } = read(
      '- name: ssh stays inside',
      '  forbid:',
      '    from: eth0',
      '    to: 10.0.0.0/8',
      '    port: [22, 8000-8010]',
      '- allow: {to: self, protocol: tcp, dport: 443, state: [new, established]}',
    );
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject([
      { name: 'ssh stays inside', mode: 'forbid', source: { line: 2 }, packets: { from: [{ kind: 'interface', pattern: { name: 'eth0', prefix: false } }], to: [prefix(0x0a00_0000n, 8)], port: [{ min: 22n, max: 22n }, { min: 8000n, max: 8010n }] } },
      { name: 'statement 2', mode: 'allow', packets: { to: [{ kind: 'self' }], protocol: [6], dport: [{ min: 443n, max: 443n }], state: ['NEW', 'ESTABLISHED'] } },
    ]);
  });

  it('may name zones', () => {
    const { value, diagnostics } = read('zones:', '  wan: [ppp+, eth1]', '  servers: 10.0.0.0/24', 'statements:', '  - forbid: {from: wan, to: servers}', '  - forbid: {in: wan, destination: servers}');
    expect(diagnostics).toEqual([]);
    const patterns = [{ name: 'ppp', prefix: true }, { name: 'eth1', prefix: false }];
    expect(value?.[0]?.packets).toEqual({ from: patterns.map((pattern) => ({ kind: 'interface', pattern })), to: [prefix(0x0a00_0000n, 24)] });
    expect(value?.[1]?.packets).toEqual({ in: patterns, destination: [prefix(0x0a00_0000n, 24)] });
  });

  it('is JSON too', () => {
    expect(read('[{"name": "a", "forbid": "everything"}]').value).toMatchObject([{ name: 'a', mode: 'forbid', packets: {} }]);
  });

  it.each<[string, readonly string[], string, number, number]>([
    ['a tab', ['- name: a', '\tforbid: everything'], 'policy-syntax', 2, 1],
    ['no statement', ['- name: a'], 'policy-value', 1, 3],
    ['both modes', ['- forbid: everything', '  allow: everything'], 'policy-value', 1, 3],
    ['an unknown key', ['- nmae: a', '  forbid: everything'], 'policy-key', 1, 3],
    ['an unknown dimension', ['- forbid:', '    dprt: 22'], 'policy-key', 2, 5],
    ['a port that is none', ['- forbid: {port: 65536}'], 'policy-value', 1, 18],
    ['a range the wrong way', ['- forbid: {port: 9-8}'], 'policy-value', 1, 18],
    ['a prefix that is none', ['- forbid: {source: 10.0.0.0/33}'], 'policy-value', 1, 20],
    ['a state that is none', ['- forbid: {state: OLD}'], 'policy-value', 1, 19],
    ['a hook that has no way', ['- forbid: {hook: PREROUTING}'], 'policy-value', 1, 18],
    ['a protocol that is none', ['- forbid: {protocol: tpc}'], 'policy-value', 1, 22],
    ['an interface with a blank', ['- forbid: {in: "e h"}'], 'policy-value', 1, 16],
    ['a mapping for a value', ['- forbid:', '    to:', '      a: b'], 'policy-value', 3, 7],
    ['an empty list', ['- forbid: {port: []}'], 'policy-value', 1, 18],
    ['a name given twice', ['- {name: a, forbid: everything}', '- {name: a, allow: everything}'], 'policy-value', 2, 13],
    ['no list', ['statements: 3'], 'policy-value', 1, 13],
  ])('%s is located', (_, lines, code, line, column) => {
    const { value, diagnostics } = read(...lines);
    expect(value).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ code, file: 'policy.yaml', line, column });
  });

  it('hints at the nearest key', () => {
    expect(read('- forbid: {destinaton: 10.0.0.1}').diagnostics[0]?.hint).toBe('did you mean destination?');
  });
});
