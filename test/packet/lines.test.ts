import { expect, test } from 'vitest';
import { formatOutcome, formatPacketLine, fromHex, parsePacketLines, parseWords } from '../../src/packet/index.js';

const hex = '45000014000100004011000001020304050607080';

test('packets of the contract', () => {
  const text = ['{"id":"a","in_iface":"eth0","out_of":"wire","hex":"45AB"}', '', '{"id":7,"out_of":"local","hex":"60","mark":16,"uid":5,"gid":6,"time":12}\r', '{"in_iface":"e","out_of":"wire","hex":"45","eth":"ffffffffffff02000000000108 00","time":"1970-01-01T00:01:00Z","state":"NEW","forward_out":"x"}'].join('\n');
  const { value, diagnostics } = parsePacketLines(text);
  expect(diagnostics).toEqual([]);
  expect(value).toEqual([
    { id: 'a', origin: 'wire', inInterface: 'eth0', bytes: Uint8Array.of(0x45, 0xab) },
    { id: '7', origin: 'local', bytes: Uint8Array.of(0x60), mark: 16, uid: 5, gid: 6, time: 12 },
    { id: '4', origin: 'wire', inInterface: 'e', bytes: Uint8Array.of(0x45), ethernet: fromHex('ffffffffffff0200000000010800'), time: 60, state: 'NEW', forwardTo: 'x' },
  ]);
});

test.each([
  ['{', /not JSON/], ['[]', /JSON object/], ['{"in_iface":"e"}', /no hex/], [`{"in_iface":"e","hex":"${hex}"}`, /hex wants/], ['{"in_iface":"e","hex":"55"}', /hex wants/], ['{"hex":"45"}', /needs in_iface/],
  ['{"hex":"45","out_of":"local","in_iface":"e"}', /comes in on no interface/], ['{"hex":"45","in_iface":"e","uid":3}', /only local packets/], ['{"hex":"45","in_iface":"e","mark":4294967296}', /mark wants/],
  ['{"hex":"45","in_iface":"e","out_of":"space"}', /out_of wants/], ['{"hex":"45","in_iface":"a/b"}', /in_iface wants/], ['{"hex":"45","in_iface":"e","eth":"00"}', /eth wants/], ['{"hex":"45","in_iface":"e","time":"noon"}', /time wants/],
])('%s', (line, message) => {
  const { value, diagnostics } = parsePacketLines(`{"hex":"45","in_iface":"e","id":"good"}\n${line}`, { file: 'p.jsonl' });
  expect(value.map((packet) => packet.id)).toEqual(['good']);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ code: 'packet-line', file: 'p.jsonl', line: 2 });
  expect(diagnostics[0]?.message).toMatch(message);
});

test('an unknown key is named and passed over', () => {
  const { value, diagnostics } = parsePacketLines('{"hex":"45","in_iface":"e","marc":1}');
  expect(value).toHaveLength(1);
  expect(diagnostics).toMatchObject([{ severity: 'warning', line: 1, column: 28, endColumn: 34, hint: 'did you mean mark?' }]);
});

test('a packet written as a line is read back', () => {
  for (const words of ['tcp 1.2.3.4:1 > 5.6.7.8:2 in e mark 1 state INVALID mac 02:00:00:00:00:aa time 2024-02-29T12:00:00Z forward out f', 'udp [::1]:1 > [::2]:2 local uid 1 gid 2']) {
    const packet = parseWords(words).value;
    expect(packet).toBeDefined();
    if (packet !== undefined) expect(parsePacketLines(formatPacketLine(packet))).toEqual({ value: [packet], diagnostics: [] });
  }
});

test('an outcome line has every key', () => {
  expect(formatOutcome({ id: 'a', verdict: 'reject', stage: 'INPUT', replies: [Uint8Array.of(0x45, 0)], path: [{ hook: 'INPUT', table: 'filter', chain: 'INPUT', rule: 1, line: 5, result: 'match' }] }))
    .toBe('{"id":"a","verdict":"reject","stage":"INPUT","out":null,"mark":null,"hex":null,"replies":["4500"],"path":[{"hook":"INPUT","table":"filter","chain":"INPUT","rule":1,"line":5,"result":"match"}]}');
  expect(formatOutcome({ id: 'b', verdict: 'forward', out: 'eth1', mark: 3, bytes: Uint8Array.of(0x60), replies: [], path: [] }))
    .toBe('{"id":"b","verdict":"forward","stage":null,"out":"eth1","mark":3,"hex":"60","replies":[],"path":[]}');
});
