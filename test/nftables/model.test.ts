import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/ir/index.js';
import { buildPacket } from '../../src/packet/index.js';
import type { HostView, LivePacket, TableVerdict } from '../../src/stack/index.js';
import { match, single, verdict, type Expression, type NftChain, type NftScript, type Payload, type Statement } from '../../targets/nftables/ast.js';
import { createModel } from '../../targets/nftables/model/index.js';

const payload = (base: Payload['base'], offset: number, bits: number, name?: string, protocol?: number): Payload => ({
  kind: 'payload', base, offset, bits, ...(name === undefined ? {} : { name }), ...(protocol === undefined ? {} : { protocol }),
});
const dport = payload('th', 16, 16, 'udp dport', 17);
const l4proto: Expression = { kind: 'meta', key: 'l4proto' };

const script = (family: Family, chains: readonly NftChain[]): NftScript => ({ tables: [{ family, name: 'filter', origin: 'filter', sets: [], helpers: [], accounts: [], chains }] });
const input = (rules: readonly (readonly Statement[])[]): NftChain => ({
  name: 'INPUT',
  base: { type: 'filter', hook: 'INPUT', priority: 0, policy: 'accept' },
  rules: rules.map((statements) => ({ statements })),
});
const user = (name: string, rules: readonly (readonly Statement[])[]): NftChain => ({ name, rules: rules.map((statements) => ({ statements })) });

const host: HostView = { addressType: () => 'UNICAST', pathMtu: () => 1500, groupOf: () => 0, wayBack: () => undefined };
const packetOf = (bytes: Uint8Array, more: Partial<LivePacket> = {}): LivePacket => ({
  family: (bytes[0] ?? 0) >> 4 === 6 ? 6 : 4, bytes, mark: 0, inInterface: 'eth0', packetType: 'unicast', time: 0, state: 'NEW', notrack: false, trace: () => undefined, ...more,
});

const judge = (chains: readonly NftChain[], packet: LivePacket): TableVerdict => createModel(script(packet.family, chains), packet.family).run('filter', 'INPUT', packet, host);
/** Whether a rule of these tests matches the packet. */
const matches = (packet: LivePacket, ...tests: readonly Statement[]): boolean => judge([input([[...tests, verdict('drop')]])], packet).kind === 'drop';

const udp = (data: number[] = []): Uint8Array => buildPacket({ family: 4, source: '10.0.0.5', destination: '10.0.0.1', transport: { kind: 'udp', sourcePort: 1000, destinationPort: 53, data: Uint8Array.from(data) } });
const rawIp = (family: Family, protocol: number, data: readonly number[]): Uint8Array =>
  buildPacket({ family, source: family === 4 ? '10.0.0.5' : '2001:db8::5', destination: family === 4 ? '10.0.0.1' : '2001:db8::1', transport: { kind: 'raw', protocol, data: Uint8Array.from(data) } });

/** The same packet as a later fragment at offset 8 bytes. */
const later = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[7] = 1;
  return copy;
};

describe('loads', () => {
  test('a short load reads ports out of a later fragment, plain and inverted (kernel 6.18)', () => {
    const fragment = packetOf(later(udp()));
    expect(matches(fragment, match(dport, [single(53)]))).toBe(true);
    expect(matches(fragment, match(dport, [single(54)], true))).toBe(true);
  });

  test('a load of three bytes fails there', () => {
    const load = payload('th', 8, 24);
    expect(matches(packetOf(udp()), { kind: 'loads', left: load, bits: 24 })).toBe(true);
    expect(matches(packetOf(later(udp())), { kind: 'loads', left: load, bits: 24 })).toBe(false);
  });

  test('only the bytes named are needed; missing ones break the rule, != too', () => {
    const four = packetOf(rawIp(4, 17, [0, 9, 0, 53]));
    const two = packetOf(rawIp(4, 17, [0, 9]));
    expect(matches(four, match(dport, [single(53)]))).toBe(true);
    expect(matches(two, match(dport, [single(53)]))).toBe(false);
    expect(matches(two, match(dport, [single(53)], true))).toBe(false);
    expect(matches(two, match(payload('th', 0, 16, 'udp sport', 17), [single(9)]))).toBe(true);
  });

  test('a named field tests its protocol first', () => {
    expect(matches(packetOf(rawIp(4, 6, [0, 9, 0, 53])), match(dport, [single(53)]))).toBe(false);
  });

  test('bits within bytes', () => {
    const bytes = udp();
    bytes[1] = 0xb9;
    expect(matches(packetOf(bytes), match(payload('nh', 8, 6, 'ip dscp'), [single(0x2e)]))).toBe(true);
    expect(matches(packetOf(bytes), match(payload('nh', 14, 2, 'ip ecn'), [single(1)]))).toBe(true);
  });
});

describe('IPv6', () => {
  const tcp = [0, 9, 0, 80, ...Array.from({ length: 16 }, () => 0)];

  test('the walk goes past extension headers, but stops at an authentication header', () => {
    const routed = packetOf(rawIp(6, 60, [6, 0, 1, 4, 0, 0, 0, 0, ...tcp]));
    const authenticated = packetOf(rawIp(6, 51, [6, 4, 0, 0, ...Array.from({ length: 20 }, () => 0), ...tcp]));
    expect(matches(routed, match(l4proto, [single(6)]))).toBe(true);
    expect(matches(authenticated, match(l4proto, [single(6)]))).toBe(false);
    expect(matches(authenticated, match(l4proto, [single(51)]))).toBe(true);
  });

  test('where the walk fails no test of the protocol matches, inverted or not', () => {
    const cut = packetOf(rawIp(6, 60, [6]));
    expect(matches(cut, match(l4proto, [single(6)]))).toBe(false);
    expect(matches(cut, match(l4proto, [single(6)], true))).toBe(false);
  });

  test('a later fragment has its protocol, and its ports are not where IPv4 has them', () => {
    const fragment = packetOf(rawIp(6, 44, [17, 0, 0, 9, 0, 0, 0, 1, 0, 9, 0, 53, 0, 8, 0, 0]));
    expect(matches(fragment, match(l4proto, [single(17)]))).toBe(true);
    expect(matches(fragment, match(dport, [single(53)]))).toBe(false);
    expect(matches(fragment, match(dport, [single(54)], true))).toBe(true);
    expect(matches(fragment, match({ kind: 'exthdr', header: 'frag', field: 'frag-off', offset: 16, bits: 13 }, [single(0)], true))).toBe(true);
  });

  test('an unfragmented packet has no fragment header to read', () => {
    const whole = packetOf(rawIp(6, 17, [0, 9, 0, 53, 0, 8, 0, 0]));
    expect(matches(whole, match({ kind: 'exthdr', header: 'frag', field: 'frag-off', offset: 16, bits: 13 }, [single(0)]))).toBe(false);
    expect(matches(whole, { kind: 'exists', what: { kind: 'exthdr', header: 'frag' }, negated: true })).toBe(true);
  });
});

describe('metadata and state', () => {
  const iifname = (name: string, negated: boolean, prefix = false): Statement => ({ kind: 'match', left: { kind: 'meta', key: 'iifname' }, negated, right: { kind: 'interface', name, prefix } });

  test('interfaces: a prefix takes the bare name too, and no interface differs from every name', () => {
    expect(matches(packetOf(udp(), { inInterface: 'eth' }), iifname('eth', false, true))).toBe(true);
    const { inInterface: _, ...local } = packetOf(udp());
    expect(matches(local, iifname('eth0', true))).toBe(true);
    expect(matches(local, iifname('e', false, true))).toBe(false);
  });

  test('ct keys but the state break without an entry', () => {
    const mark: Expression = { kind: 'ct', key: 'mark' };
    const state: Expression = { kind: 'ct', key: 'state' };
    const invalid = packetOf(udp(), { state: 'INVALID' });
    expect(matches(invalid, match(mark, [single(0)]))).toBe(false);
    expect(matches(invalid, match(mark, [single(5)], true))).toBe(false);
    expect(matches(invalid, match(state, [single(8)], true))).toBe(true);
    expect(matches(invalid, { kind: 'match', left: state, negated: false, right: { kind: 'flags', bits: 65n } })).toBe(true);
  });

  test('numgen inc begins at 0', () => {
    const chains = [input([[match({ kind: 'numgen', mode: 'inc', modulus: 3 }, [single(1)]), verdict('drop')]])];
    const model = createModel(script(4, chains), 4);
    const seen = Array.from({ length: 6 }, () => model.run('filter', 'INPUT', packetOf(udp()), host).kind);
    expect(seen).toEqual(['accept', 'drop', 'accept', 'accept', 'drop', 'accept']);
    model.reset();
    expect(model.run('filter', 'INPUT', packetOf(udp()), host).kind).toBe('accept');
  });

  test('a limit lets its burst through, then one token a share of its unit', () => {
    const chains = [input([[{ kind: 'limit', rate: 2, unit: 'second', burst: 3, over: false }, verdict('drop')]])];
    const model = createModel(script(4, chains), 4);
    const at = (time: number): string => model.run('filter', 'INPUT', packetOf(udp(), { time }), host).kind;
    expect([at(0), at(0), at(0), at(0), at(0.4), at(0.5), at(0.5), at(9), at(9), at(9), at(9)]).toEqual(['drop', 'drop', 'drop', 'accept', 'accept', 'drop', 'accept', 'drop', 'drop', 'drop', 'accept']);
  });
});

describe('TCP options', () => {
  const withOptions = (...options: number[]): LivePacket =>
    packetOf(buildPacket({ family: 4, source: '10.0.0.5', destination: '10.0.0.1', transport: { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2, sequence: 1, options: Uint8Array.from(options) } }));
  const exists = (option: number, negated = false): Statement => ({ kind: 'exists', what: { kind: 'tcp-option', option }, negated });

  test('kind 0 does not end the walk', () => {
    expect(matches(withOptions(0, 2, 4, 5, 0xb4), exists(2))).toBe(true);
    expect(matches(withOptions(1, 1, 1, 1), exists(2))).toBe(false);
  });

  test('missing also where the header is short or a later fragment', () => {
    const short = packetOf(rawIp(4, 6, [0, 1, 0, 2]));
    expect(matches(short, exists(2, true))).toBe(true);
    expect(matches(packetOf(later(withOptions(2, 4, 5, 0xb4).bytes)), exists(2, true))).toBe(true);
  });

  test('size needs the option', () => {
    const size: Expression = { kind: 'tcp-option', option: 2, field: 'size' };
    expect(matches(withOptions(2, 4, 5, 0xb4), match(size, [single(1460)]))).toBe(true);
    expect(matches(withOptions(1, 1, 1, 1), match(size, [single(1460)], true))).toBe(false);
  });
});

describe('chains', () => {
  const run = (...chains: readonly NftChain[]): string => judge(chains, packetOf(udp())).kind;

  test('return and the end of a base chain are its policy', () => {
    expect(run(input([[verdict('return')], [verdict('drop')]]))).toBe('accept');
  });

  test('a jump comes back, a goto to the caller of the chain it stands in', () => {
    const empty = user('b', []);
    expect(run(input([[{ kind: 'jump', chain: 'b' }], [verdict('drop')]]), empty)).toBe('drop');
    expect(run(input([[{ kind: 'goto', chain: 'b' }], [verdict('drop')]]), empty)).toBe('accept');
    expect(run(input([[{ kind: 'jump', chain: 'a' }], [verdict('drop')]]), user('a', [[{ kind: 'goto', chain: 'b' }], [verdict('accept')]]), empty)).toBe('drop');
  });

  test('reject with tcp reset is for TCP alone', () => {
    expect(run(input([[{ kind: 'reject', with: 'tcp-reset' }]]))).toBe('accept');
    expect(run(input([[{ kind: 'reject', with: 'icmp-port-unreachable' }]]))).toBe('reject');
  });
});

describe('writes', () => {
  const write = (target: Payload, value: bigint, bytes: Uint8Array): Uint8Array => {
    const packet = packetOf(bytes);
    judge([input([[{ kind: 'set', target, value: { kind: 'value', value } }]])], packet);
    return packet.bytes;
  };
  const sum = (bytes: Uint8Array): number => {
    let total = 0;
    for (let at = 0; at < 20; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
    return total;
  };

  test('a named field brings the header checksum along, a raw one does not', () => {
    expect(sum(write(payload('nh', 64, 8, 'ip ttl'), 5n, udp()))).toBe(0xffff);
    expect(sum(write(payload('nh', 8, 6, 'ip dscp'), 0x2en, udp()))).toBe(0xffff);
    expect(sum(write(payload('nh', 8, 8), 0x10n, udp()))).not.toBe(0xffff);
  });
});
