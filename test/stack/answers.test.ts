import { describe, expect, it } from 'vitest';
import type { PacketInput } from '../../src/ir/index.js';
import { buildPacket, formatAddress, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { destinationOf, read16, read32, sourceOf } from '../../src/stack/index.js';
import { hex, judge, packet } from '../interpreter/judging.js';

const udp: TransportSpec = { kind: 'udp', sourcePort: 1, destinationPort: 2 };
const tcp = (flags: number, more: Partial<Extract<TransportSpec, { readonly kind: 'tcp' }>> = {}): TransportSpec => ({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags, sequence: 777, ...more });
const icmp = (type: number, more: Partial<Extract<TransportSpec, { readonly kind: 'icmp' }>> = {}): TransportSpec => ({ kind: 'icmp', type, code: 0, ...more });
const raw = (protocol: number, data: Uint8Array = new Uint8Array()): TransportSpec => ({ kind: 'raw', protocol, data });

const resets = '-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A INPUT -p tcp -j REJECT --reject-with tcp-reset';
const rejects = '-A FORWARD -j REJECT\n-A INPUT -j REJECT';

/** `R seq ack`, `RA seq ack`, or what became of the packet. */
function reset(transport: TransportSpec, spec: Partial<PacketSpec> = {}): string {
  const { verdict, replies } = judge(resets, packet(transport, spec));
  const [reply] = replies;
  if (reply === undefined) return verdict;
  const at = spec.family === 6 ? 40 : 20;
  return `${{ 4: 'R', 20: 'RA' }[reply[at + 13] ?? 0] ?? '?'} ${read32(reply, at + 4)} ${read32(reply, at + 8)}`;
}

describe('tcp-reset (section 5)', () => {
  it.each([
    [2, 0, 'RA 0 778'], [0x12, 555, 'R 555 0'], [0x10, 555, 'R 555 0'], [0x11, 555, 'R 555 0'], [1, 0, 'RA 0 778'], [0, 0, 'RA 0 777'], [3, 0, 'RA 0 779'],
    [4, 0, 'drop'], [0x14, 5, 'drop'], [0x3f, 3, 'drop'],
  ])('flags %i, ack %i: %s', (flags, acknowledgement, expected) => expect(reset(tcp(flags, { acknowledgement }))).toBe(expected));
  it('counts data, and answers first fragments', () => {
    expect(reset(tcp(2, { data: new Uint8Array(3) }))).toBe('RA 0 781');
    expect(reset(tcp(2), { fragment: { offset: 0, more: true } })).toBe('RA 0 778');
  });
  it('is silent about a wrong checksum, a short header and later fragments', () => {
    expect([reset(tcp(2, { checksum: 'wrong' })), reset(tcp(2), { truncate: 8 }), reset(raw(6, new Uint8Array(24)), { fragment: { offset: 4, more: false } })]).toEqual(['drop', 'drop', 'drop']);
  });
  it('is IP id 0, DF, TTL 64, window 0, addresses and ports turned', () => {
    const [reply] = judge(resets, packet(tcp(2))).replies;
    expect(hex(reply)).toBe(hex(buildPacket({ family: 4, source: '10.0.1.7', destination: '10.0.0.5', id: 0, dontFragment: true, transport: { kind: 'tcp', sourcePort: 80, destinationPort: 1000, flags: 0x14, sequence: 0, acknowledgement: 778, window: 0 } })));
  });
  it('answers IPv6 alike', () => {
    expect([reset(tcp(2), { family: 6 }), reset(tcp(0x10, { acknowledgement: 9 }), { family: 6 }), reset(tcp(4), { family: 6 })]).toEqual(['RA 0 778', 'R 9 0', 'drop']);
  });
});

describe('ICMP errors of REJECT', () => {
  const answered = (transport: TransportSpec, spec: Partial<PacketSpec> = {}, more: Partial<PacketInput> = {}): boolean => judge(rejects, packet(transport, spec, more)).replies.length > 0;

  it('comes from the router, TTL 64, and quotes the packet as it is there', () => {
    const { verdict, stage, replies } = judge(rejects, packet(udp, { tos: 0x10 }));
    const quoted = packet(udp, { tos: 0x10, ttl: 63 }).bytes;
    expect([verdict, stage]).toEqual(['reject', 'FORWARD']);
    expect(hex(replies[0])).toBe(hex(buildPacket({ family: 4, source: '10.0.0.1', destination: '10.0.0.5', tos: 0xd0, id: 0, transport: icmp(3, { code: 3, rest: 0, data: quoted }) })));
  });
  it('quotes up to 576 bytes in all, in IPv6 up to 1280', () => {
    const long: TransportSpec = { ...udp, kind: 'udp', data: new Uint8Array(1400) };
    expect([judge(rejects, packet(long)).replies[0]?.length, judge(rejects, packet(long, { family: 6 })).replies[0]?.length]).toEqual([576, 1280]);
  });
  it.each([0, 8, 13, 14, 15, 16, 17, 18])('answers ICMP %i', (type) => expect(answered(icmp(type))).toBe(true));
  it.each([1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 19, 40])('is silent about ICMP %i', (type) => expect(answered(icmp(type))).toBe(false));
  it('is silent about wrong checksums, but not about none', () => {
    expect([answered({ ...udp, kind: 'udp', checksum: 'wrong' }), answered(tcp(2, { checksum: 'wrong' })), answered(icmp(8, { checksum: 'wrong' })), answered({ ...udp, kind: 'udp', checksum: 0 })]).toEqual([false, false, false, true]);
  });
  it('wants an Internet checksum over the payload of every protocol but a few', () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    expect([47, 50, 51, 132, 136].map((protocol) => answered(raw(protocol, data)))).toEqual([true, true, true, true, true]);
    expect([2, 4, 33, 41, 89, 103, 108, 253].map((protocol) => answered(raw(protocol, data)))).toEqual(Array(8).fill(false));
    expect([answered(raw(253)), answered(raw(253, Uint8Array.of(0x12, 0x34, 0xed, 0xcb))), answered(raw(253), { family: 6 }), answered(raw(59), { family: 6 })]).toEqual([true, true, false, false]);
  });
  it('is silent about broadcasts and groups', () => {
    expect(['10.0.0.255', '255.255.255.255', '224.0.0.1'].map((destination) => judge(rejects, packet(udp, { destination })).verdict)).toEqual(['drop', 'drop', 'drop']);
    expect(answered(udp, {}, { packetType: 'broadcast' })).toBe(false);
  });
  it.each([[1, false], [2, false], [128, true], [137, true]] as const)('ICMPv6 %i: %s', (type, expected) => expect(answered(icmp(type), { family: 6 })).toBe(expected));
  it.each([
    ['icmp-net-unreachable', 0], ['icmp-host-unreachable', 1], ['icmp-proto-unreachable', 2], ['icmp-port-unreachable', 3], ['icmp-net-prohibited', 9], ['icmp-host-prohibited', 10], ['icmp-admin-prohibited', 13],
  ])('%s is 3/%i', (kind, code) => expect(read16(judge(`-A FORWARD -j REJECT --reject-with ${kind}`, packet(udp)).replies[0] ?? new Uint8Array(), 20)).toBe(0x300 + code));
  it.each([['icmp6-no-route', 0], ['icmp6-adm-prohibited', 1], ['icmp6-addr-unreachable', 3], ['icmp6-port-unreachable', 4], ['icmp6-policy-fail', 5], ['icmp6-reject-route', 6]])('%s is 1/%i', (kind, code) =>
    expect(read16(judge(`-A FORWARD -j REJECT --reject-with ${kind}`, packet(udp, { family: 6 })).replies[0] ?? new Uint8Array(), 40)).toBe(0x100 + code));
});

describe('the answer’s own way', () => {
  it('goes through OUTPUT, where a rule may swallow it', () => {
    expect(judge(`${rejects}\n-A OUTPUT -p icmp -j DROP`, packet(udp))).toMatchObject({ verdict: 'reject', replies: [] });
    expect(judge(`${rejects}\n-A OUTPUT -j REJECT`, packet(udp))).toMatchObject({ verdict: 'reject', replies: [] });
  });
  it.each([['RELATED', udp], ['INVALID', tcp(1)]] as const)('is %s', (state, transport) => {
    const rules = `${rejects}\n-A OUTPUT -m conntrack --ctstate ${state} -j DROP`;
    expect(judge(rules, packet(transport)).replies).toEqual([]);
    const other = state === 'RELATED' ? 'INVALID' : 'RELATED';
    expect(judge(rules.replace(state, other), packet(transport)).replies.length).toBe(1);
  });
  it('is answered itself where a reset meets a REJECT', () => {
    const { replies } = judge(`${resets}\n-A OUTPUT -p tcp -j REJECT`, packet(tcp(2)));
    expect(replies.map((reply) => `${reply[9]} ${formatAddress(4, destinationOf(reply, 4))}`)).toEqual(['1 10.0.1.7']);
  });
  it('goes back over lo from OUTPUT', () => {
    const local = packet(udp, { source: '10.0.0.1' }, { origin: 'local' });
    const { verdict, stage, replies } = judge('-A OUTPUT -p udp -j REJECT\n-A OUTPUT ! -o lo -p icmp -j DROP', local);
    expect([verdict, stage, replies.length]).toEqual(['reject', 'OUTPUT', 1]);
  });
  it('has a translation undone, quoted packet and outer source alike', () => {
    const rules = `*nat\n-A PREROUTING -j DNAT --to-destination 10.0.2.9\nCOMMIT\n*filter\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A FORWARD -j REJECT\nCOMMIT\n`;
    const [error] = judge(rules, packet(udp)).replies;
    const quoted = packet(udp, { ttl: 63 }).bytes;
    expect(hex(error)).toBe(hex(buildPacket({ family: 4, source: '10.0.1.7', destination: '10.0.0.5', tos: 0xc0, id: 0, transport: icmp(3, { code: 3, rest: 0, data: quoted }) })));
    expect(formatAddress(4, sourceOf(judge(rules, packet(tcp(2))).replies[0] ?? new Uint8Array(20), 4))).toBe('10.0.1.7');
  });
  it('has the kernel’s own socket, which belongs to nobody', () => {
    const rules = (match: string): number => judge(`${rejects}\n-A OUTPUT -m owner ${match} -j DROP`, packet(udp)).replies.length;
    expect(['--socket-exists', '--uid-owner 0', '! --uid-owner 0', '! --socket-exists'].map(rules)).toEqual([0, 1, 0, 1]);
  });
});
