import { describe, expect, it } from 'vitest';
import type { PacketSpec, TransportSpec } from '../../src/packet/index.js';
import { interpret, judge, packet } from './judging.js';

const states = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'] as const;
const asking = states.map((state, index) => `-A FORWARD -m conntrack --ctstate ${state} -j MARK --or-mark ${1 << index}`).join('\n');
const of = { 4: interpret(4, asking), 6: interpret(6, asking) };

/** The conntrack state of a packet on its own, as FORWARD sees it. */
function state(transport: TransportSpec, spec: Partial<PacketSpec> = {}): string {
  const { verdict, mark } = of[spec.family ?? 4].judge(packet(transport, spec));
  return verdict === 'forward' ? (states.filter((_, index) => ((mark ?? 0) >> index) & 1).join('+') || 'none') : verdict;
}

const bits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };
const tcp = (letters: string, more: Partial<Extract<TransportSpec, { readonly kind: 'tcp' }>> = {}): TransportSpec => ({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: [...letters].reduce((flags, letter) => flags | (bits[letter] ?? 0), 0), ...more });
const udp = (more: Partial<Extract<TransportSpec, { readonly kind: 'udp' }>> = {}): TransportSpec => ({ kind: 'udp', sourcePort: 1000, destinationPort: 53, ...more });
const icmp = (type: number, more: Partial<Extract<TransportSpec, { readonly kind: 'icmp' }>> = {}): TransportSpec => ({ kind: 'icmp', type, code: 0, ...more });

describe('the state of a first packet (section 4)', () => {
  it.each(['S', 'A', 'PA', 'SE', 'SEC', 'SU', 'AU', 'SP', 'SPU', 'PAU'])('TCP %s is NEW', (flags) => expect(state(tcp(flags))).toBe('NEW'));
  it.each(['SA', 'FA', 'F', 'R', 'RA', '-', 'FS', 'SR', 'FSRPAU', 'FPU', 'U', 'P', 'RPA', 'FPAU'])('TCP %s is INVALID', (flags) => expect(state(tcp(flags))).toBe('INVALID'));
  it.each([0, 4, 8, 19])('TCP of %i bytes is INVALID', (truncate) => expect(state(tcp('S'), { truncate })).toBe('INVALID'));
  it.each([0, 4, 15])('TCP with data offset %i is INVALID', (dataOffset) => expect(state(tcp('S', { dataOffset }))).toBe('INVALID'));
  it.each([[7, 'INVALID'], [4, 'INVALID'], [30, 'INVALID'], [11, 'NEW'], [8, 'NEW']] as const)('UDP telling %i of 11 bytes is %s', (length, expected) =>
    expect(state(udp({ length, data: new Uint8Array(3), checksum: 0 }))).toBe(expected));
  it.each([[tcp('S', { checksum: 'wrong' }), 'INVALID'], [udp({ checksum: 'wrong' }), 'INVALID'], [udp({ checksum: 0 }), 'NEW'], [icmp(8, { checksum: 'wrong' }), 'INVALID'], [udp({ sourcePort: 0 }), 'NEW']] as const)('checksums: %j', (transport, expected) =>
    expect(state(transport)).toBe(expected));
  it.each([8, 13, 15, 17])('ICMP %i is NEW', (type) => expect(state(icmp(type))).toBe('NEW'));
  it.each([0, 3, 4, 5, 9, 10, 11, 12, 14, 16, 18, 19, 40, 255])('ICMP %i is INVALID', (type) => expect(state(icmp(type, { data: new Uint8Array(4) }))).toBe('INVALID'));
  it('counts an ICMP code for nothing, but wants 8 bytes', () => {
    expect([state(icmp(8, { code: 7 })), state(icmp(8), { truncate: 7 })]).toEqual(['NEW', 'INVALID']);
  });
  it.each([[{ kind: 'gre', data: new Uint8Array(4) }, 'NEW'], [{ kind: 'raw', protocol: 47, data: new Uint8Array(2) }, 'NEW'], [{ kind: 'esp', spi: 9, data: new Uint8Array(8) }, 'NEW'], [{ kind: 'raw', protocol: 253, data: new Uint8Array(8) }, 'NEW']] as const)('%j is %s', (transport, expected) =>
    expect(state(transport)).toBe(expected));
  const sctp = (type: number, more: { readonly checksum?: 'wrong'; readonly tag?: number } = {}): TransportSpec => ({ kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks: [{ type, value: new Uint8Array(16) }], ...more });
  it.each([[1, 'NEW'], [0, 'INVALID'], [6, 'INVALID']] as const)('SCTP chunk %i first is %s', (type, expected) => expect(state(sctp(type))).toBe(expected));
  it('wants a right CRC and a tag of 0 of an SCTP INIT', () => {
    expect([state(sctp(1, { checksum: 'wrong' })), state(sctp(1, { tag: 1 })), state(sctp(1), { truncate: 8 })]).toEqual(['INVALID', 'INVALID', 'INVALID']);
  });
  it('takes the checksum of UDP-Lite for that of UDP, so that a right one is INVALID (measured)', () => {
    expect(state({ kind: 'udp', lite: true, sourcePort: 1, destinationPort: 2, data: new Uint8Array(4) })).toBe('INVALID');
  });

  const six = { family: 6 } as const;
  it.each([[128, 'NEW'], [139, 'NEW'], [129, 'INVALID'], [140, 'INVALID'], [137, 'INVALID'], [1, 'INVALID'], [2, 'INVALID'], [200, 'INVALID'], [255, 'INVALID']] as const)('ICMPv6 %i is %s', (type, expected) =>
    expect(state(icmp(type), six)).toBe(expected));
  it.each([130, 131, 132, 133, 134, 135, 136, 143, 151, 152])('ICMPv6 %i is UNTRACKED', (type) => expect(state(icmp(type), six)).toBe('UNTRACKED'));
  it('wants a right checksum and 8 bytes of those too', () => {
    expect([state(icmp(135, { checksum: 'wrong' }), six), state(icmp(135), { ...six, truncate: 7 })]).toEqual(['INVALID', 'INVALID']);
  });
  it('knows UDP without checksum in IPv6, and no next header 59', () => {
    expect([state(udp({ checksum: 0 }), six), state({ kind: 'raw', protocol: 59, data: new Uint8Array() }, six), state(udp({ checksum: 'wrong' }), six)]).toEqual(['NEW', 'INVALID', 'INVALID']);
  });
});

describe('what rules see of it', () => {
  const one = packet(udp());
  const invalid = packet(tcp('R'));
  const marks = (rules: string, input = one): number | undefined => judge(rules, input).mark;
  it('has nothing attached in raw, whatever comes', () => {
    expect(marks('*raw\n-A PREROUTING -m conntrack --ctstate INVALID -j MARK --or-mark 1\n-A PREROUTING -m conntrack ! --ctstate NEW -j MARK --or-mark 2\nCOMMIT\n')).toBe(3);
  });
  it('is UNTRACKED after NOTRACK, which is none of the others', () => {
    expect(marks(`*raw\n-A PREROUTING -j CT --notrack\nCOMMIT\n*filter\n${asking}\n-A FORWARD -m connmark ! --mark 5 -j MARK --or-mark 64\nCOMMIT\n`)).toBe(16);
  });
  it('matches nothing of an entry where there is none, save beside a state', () => {
    expect(marks('-A FORWARD -m conntrack --ctorigdst 10.0.1.7 -j MARK --or-mark 1\n-A FORWARD -m conntrack ! --ctorigdst 10.0.1.7 -j MARK --or-mark 2\n-A FORWARD -m conntrack --ctdir ORIGINAL -j MARK --or-mark 4\n-A FORWARD -m conntrack ! --ctstate DNAT -j MARK --or-mark 8\n-A FORWARD -m connmark --mark 0 -j MARK --or-mark 16\n-A FORWARD -m conntrack --ctstate INVALID --ctdir ORIGINAL -j MARK --or-mark 32', invalid)).toBe(40);
    expect(marks('-A FORWARD -m conntrack --ctorigdst 10.0.1.7 --ctorigsrcport 1000 --ctorigdstport 53 --ctproto 17 --ctdir ORIGINAL -j MARK --or-mark 1\n-A FORWARD -m conntrack --ctrepldst 10.0.0.5 --ctreplsrcport 53 -j MARK --or-mark 2\n-A FORWARD -m conntrack --ctstatus CONFIRMED -j MARK --or-mark 4\n-A FORWARD -m connmark ! --mark 5 -j MARK --or-mark 8')).toBe(11);
  });
  it('does not untrack the answer about an untracked packet, which is INVALID', () => {
    const rules = (raw: string): string => `*raw\n-A PREROUTING -j NOTRACK\n${raw}\nCOMMIT\n*filter\n-A FORWARD -j REJECT\n-A OUTPUT -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n`;
    expect([judge(rules(''), one).replies.length, judge(rules('-A OUTPUT -j NOTRACK'), one).replies.length]).toEqual([0, 0]);
  });
  it('takes a state from outside', () => {
    expect(states.map((told) => judge(asking, { ...one, state: told }).mark)).toEqual([1, 2, 4, 8, 16]);
  });
});

describe('what turns tracking on, and with it reassembly (section 1)', () => {
  const fragment = packet(udp({ data: new Uint8Array(56) }), { fragment: { offset: 0, more: true }, truncate: 32 });
  it.each([
    ['filter only', '-A FORWARD -p udp -j ACCEPT', 'forward'],
    ['a state', '-A FORWARD -m state --state NEW -j ACCEPT', 'held'],
    ['an empty nat table', '*nat\nCOMMIT\n', 'forward'],
    ['nat with MARK only', '*nat\n-A PREROUTING -j MARK --set-mark 1\nCOMMIT\n', 'forward'],
    ['MASQUERADE in a chain that nothing jumps to', '*nat\n:u -\n-A u -j MASQUERADE\nCOMMIT\n', 'held'],
    ['CT --notrack', '*raw\n-A PREROUTING -j CT --notrack\nCOMMIT\n', 'forward'],
    ['CT --zone', '*raw\n-A OUTPUT -j CT --zone 1\nCOMMIT\n', 'held'],
    ['connmark', '-A FORWARD -m connmark --mark 1', 'held'],
    ['CONNMARK', '-A FORWARD -j CONNMARK --set-mark 1', 'held'],
    ['addrtype', '-A FORWARD -m addrtype --dst-type LOCAL', 'forward'],
    ['TPROXY', '*mangle\n-A PREROUTING -p udp -m udp --dport 9 -j TPROXY --on-port 1\nCOMMIT\n', 'held'],
  ])('%s', (_, rules, expected) => expect(judge(rules, fragment).verdict).toBe(expected));
  it('never runs nat rules without it', () => {
    expect(judge('*nat\n-A PREROUTING -j MARK --set-mark 1\nCOMMIT\n', packet(udp())).mark).toBe(0);
    expect(judge('*nat\n-A PREROUTING -j MARK --set-mark 1\nCOMMIT\n*filter\n-A FORWARD -m state --state NEW\nCOMMIT\n', packet(udp())).mark).toBe(1);
  });
});
