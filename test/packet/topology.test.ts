import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTopology } from '../../src/packet/index.js';

const expected = {
  ifaces: [{ name: 'eth0', addr: ['10.0.0.1/24', '2001:db8::1/64'], mac: '02:00:00:00:00:01' }, { name: 'eth1', addr: ['10.0.1.1/24'], mtu: 1400 }, { name: 'eth2', addr: [] }],
  local: ['10.0.5.1', '::5'],
  routes: ['default dev eth2', '10.9.0.0/16 via 10.0.1.7 dev eth1'],
  routes6: ['2001:db8:9::/48 via fe80::1 dev eth0'],
};

test('ports of a bridge', () => {
  expect(parseTopology('ifaces:\n  - {name: br0, addr: [10.0.0.1/24]}\n  - {name: eth0, bridge: br0}\n').value?.ifaces).toEqual([{ name: 'br0', addr: ['10.0.0.1/24'] }, { name: 'eth0', addr: [], bridge: 'br0' }]);
  const faults = (ifaces: string): readonly unknown[] => parseTopology(`ifaces:\n${ifaces}`).diagnostics.map(({ code, line }) => [code, line]);
  expect(faults('  - {name: eth0, bridge: br0}\n')).toEqual([['topology-interface', 2]]);
  expect(faults('  - {name: br0}\n  - {name: br1, bridge: br0}\n  - {name: eth0, bridge: br1}\n')).toEqual([['topology-value', 4]]);
  expect(faults('  - {name: br0, bridge: br0}\n')).toEqual([['topology-value', 2]]);
});

test('sockets', () => {
  const sockets = (lines: readonly string[]): unknown => parseTopology(JSON.stringify({ ifaces: [{ name: 'eth0' }], sockets: lines })).value?.sockets;
  expect(sockets([])).toEqual([]);
  expect(sockets(['tcp 10.0.0.1:80', '  udp [::]:53   mark 0x10 transparent', 'tcp 10.0.0.1:22 to 10.0.0.5:40000', 'udp [2001:db8::1]:9 transparent to [2001:db8::5]:7 mark 3'])).toEqual([
    { family: 4, protocol: 6, address: 0x0a000001n, port: 80 },
    { family: 6, protocol: 17, address: 0n, port: 53, mark: 16, transparent: true },
    { family: 4, protocol: 6, address: 0x0a000001n, port: 22, peer: { address: 0x0a000005n, port: 40000 } },
    { family: 6, protocol: 17, address: 0x20010db8000000000000000000000001n, port: 9, transparent: true, peer: { address: 0x20010db8000000000000000000000005n, port: 7 }, mark: 3 },
  ]);
});

test.each([
  'tcp', 'sctp 10.0.0.1:80', 'tcp 10.0.0.1', 'tcp 10.0.0.1:0', 'tcp 10.0.0.1:65536', 'tcp 2001:db8::1:80', 'tcp [10.0.0.1]:80', 'tcp 10.0.0.1:80 to 0.0.0.0:1', 'tcp 0.0.0.0:80 to 10.0.0.5:1', 'tcp 10.0.0.1:80 to [::1]:1',
  'tcp 10.0.0.1:80 mark', 'tcp 10.0.0.1:80 mark x', 'tcp 10.0.0.1:80 transparent transparent', 'tcp 10.0.0.1:80 open',
])('%s is no socket, and the place is told', (line) => {
  const { value, diagnostics } = parseTopology(`ifaces: [{name: eth0}]\nsockets:\n  - "${line}"\n`);
  expect(value).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code: 'topology-value', line: 3, column: 5 }]);
});

const yaml = `# a host
---
ifaces:
  - name: eth0   # the inside
    addr:
      - 10.0.0.1/24
      - "2001:db8::1/64"
    mac: 02:00:00:00:00:01
  - {name: eth1, addr: [10.0.1.1/24], mtu: 1400}
  - name: 'eth2'
local: [10.0.5.1,
        ::5]  # over two lines
routes:
- default dev eth2
- 10.9.0.0/16  via 10.0.1.7 dev eth1
routes6: ["2001:db8:9::/48 via fe80::1 dev eth0"]
`;

test('YAML and JSON say the same', () => {
  expect(parseTopology(yaml)).toEqual({ value: expected, diagnostics: [] });
  expect(parseTopology(JSON.stringify(expected))).toEqual({ value: expected, diagnostics: [] });
  expect(parseTopology(JSON.stringify(expected, null, '\t'))).toEqual({ value: expected, diagnostics: [] });
  expect(parseTopology(yaml.replaceAll('\n', '\r\n'))).toEqual({ value: expected, diagnostics: [] });
});

describe('faults have their line and column', () => {
  const ifaces = 'ifaces: [{name: eth0, addr: [10.0.0.1/24]}]\n';
  test.each([
    ['', 1, 1, /nothing/],
    ['ifaces:\n\t- name: a', 2, 1, /tab/],
    ['ifaces: &a [x]', 1, 9, /anchors/],
    ['ifaces: *a', 1, 9, /aliases/],
    ['ifaces: !x [x]', 1, 9, /tags/],
    ['ifaces: |\n  x', 1, 9, /block scalars/],
    ['? a\n: b', 1, 1, /complex keys/],
    ['ifaces: [a, b', 1, 14, /not closed/],
    ['ifaces: "abc', 1, 9, /quote is not closed/],
    ['ifaces: "a\\qc"', 1, 9, /escape/],
    ['ifaces:\nlocal: []', 1, 1, /ifaces has no value/],
    ['ifaces: [] x', 1, 12, /should end here/],
    ['ifaces: []\nifaces: []', 2, 1, /given twice/],
    ['ifaces: []\n  local: []', 2, 3, /deeper/],
    ['ifaces: []\n---\nlocal: []', 2, 1, /colon|document/],
    ['{"ifaces": [}', 1, 13, /value should stand/],
    ['- a', 1, 1, /wants a mapping/],
    ['local: []', 1, 1, /has no ifaces/],
    ['ifaces: eth0', 1, 9, /wants a list of interfaces/],
    ['ifaces: []', 1, 9, /at least one/],
    ['ifaces: [{addr: []}]', 1, 10, /has no name/],
    ['ifaces: [{name: much-too-long-name}]', 1, 17, /name of an interface/],
    ['ifaces: [{name: a}, {name: a}]', 1, 21, /interface a is given twice/],
    ['ifaces: [{name: a, adr: []}]', 1, 20, /adr is no key/],
    ['ifaces: [{name: a, addr: [10.0.0.1]}]', 1, 27, /with their prefix/],
    ['ifaces: [{name: a, addr: [10.0.0.1/33]}]', 1, 27, /with their prefix/],
    ['ifaces: [{name: a, mac: 1}]', 1, 25, /a MAC/],
    ['ifaces: [{name: a, mtu: 9}]', 1, 25, /from 68/],
    [`${ifaces}local: [10.0.0.1/24]`, 2, 9, /without prefix/],
    [`${ifaces}routes: [default dev eth9]`, 2, 10, /no interface eth9/],
    [`${ifaces}routes: [default]`, 2, 10, /via ADDRESS/],
    [`${ifaces}routes: [default dev eth0 table 5]`, 2, 10, /each once/],
    [`${ifaces}routes: [default dev eth0 metric x]`, 2, 10, /number behind/],
    [`${ifaces}routes: ["10.0.0.1/24 dev eth0"]`, 2, 10, /without host bits/],
    [`${ifaces}routes: ["::/0 dev eth0"]`, 2, 10, /IPv4 prefix/],
    [`${ifaces}routes6: ["10.0.0.0/8 dev eth0"]`, 2, 11, /IPv6 prefix/],
    [`${ifaces}routes: ["default via 10.0.1.1"]`, 2, 10, /gateway 10\.0\.1\.1/],
  ])('%j', (text, line, column, message) => {
    const { value, diagnostics } = parseTopology(text, { file: 'net.yaml' });
    expect(value).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ file: 'net.yaml', line, column });
    expect(diagnostics[0]?.message).toMatch(message);
  });

  test('several faults are all reported', () => {
    expect(parseTopology('ifaces:\n- name: a\n  mtu: 1\n- name: b\n  addr: [x]\n').diagnostics.map((one) => one.line)).toEqual([3, 5]);
  });
});

test('deep nesting and any text end with a located fault, never an exception', () => {
  expect(parseTopology('['.repeat(100000)).diagnostics).toHaveLength(1);
  const piece = fc.constantFrom('ifaces', 'name', ':', ': ', '- ', '\n', '  ', '[', ']', '{', '}', ',', '"', "'", '#', ' #', 'eth0', '10.0.0.1/24', '\t', '|', '&', '\\', '__proto__');
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
    const { value, diagnostics } = parseTopology(pieces.join(''));
    expect(value === undefined).toBe(diagnostics.length > 0);
    for (const one of diagnostics) expect(one.line >= 1 && one.column >= 1).toBe(true);
  }), { numRuns: 5000 });
});

test('JSON written by machines reads as JSON does', () => {
  fc.assert(fc.property(fc.array(fc.record({ name: fc.stringMatching(/^[a-z][a-z0-9.-]{0,9}$/), mtu: fc.integer({ min: 68, max: 9000 }) }), { minLength: 1, maxLength: 4 }), (ifaces) => {
    const distinct = ifaces.filter((one, index) => ifaces.findIndex((other) => other.name === one.name) === index);
    const topology = { ifaces: distinct.map((one) => ({ name: one.name, addr: [], mtu: one.mtu })) };
    expect(parseTopology(JSON.stringify(topology, null, 2)).value).toEqual(topology);
  }));
});
