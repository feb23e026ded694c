import { describe, expect, it } from 'vitest';
import { fromHex, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { column, packet } from './judging.js';

/** Rows of the evidence sheet: one letter a packet, legacy xtables. */
const later = (protocol: number, offset: number, data: string | Uint8Array, more = false, spec: Partial<PacketSpec> = {}): ReturnType<typeof packet> =>
  packet({ kind: 'raw', protocol, data: typeof data === 'string' ? (fromHex(data) ?? new Uint8Array()) : data }, { fragment: { offset, more }, ...spec });

const udpLike = `04d20035${'00'.repeat(28)}`;
const tcpLike = `04d20050000003e8000000005002ffff0000000${'0'.repeat(41)}`;

describe('later fragments and short headers, no connection tracking', () => {
  const udp: TransportSpec = { kind: 'udp', sourcePort: 1234, destinationPort: 53, data: new Uint8Array(24) };
  const frags = [
    packet(udp, { fragment: { offset: 0, more: true } }), later(17, 2, udpLike, true), later(17, 2, udpLike), later(17, 185, udpLike),
    packet({ kind: 'udp', sourcePort: 1234, destinationPort: 53 }), later(17, 2, '00'.repeat(16)),
  ];
  it.each([
    ['-p udp --dport 53', 'M . . . M .'],
    ['-p udp -m udp ! --dport 54', 'M . . . M .'],
    ['-p udp -m multiport --dports 53', 'M . . . M .'],
    ['-p udp -m multiport ! --dports 54', 'M . . . M .'],
    ['-p udp', 'M M M M M M'],
    ['-f', '. M M M . M'],
    ['! -f', 'M . . . M .'],
    ['-p udp -f', '. M M M . M'],
  ])('UDP: %s', (match, row) => expect(column(4, match, frags)).toBe(row));

  const syn: TransportSpec = { kind: 'tcp', sourcePort: 1234, destinationPort: 80, flags: 2, data: new Uint8Array(20) };
  const first = { fragment: { offset: 0, more: true } };
  const tcp = [
    packet(syn, first), packet(syn, { ...first, truncate: 8 }), packet(syn, { ...first, truncate: 16 }), later(6, 1, tcpLike), later(6, 1, tcpLike.slice(0, 16)),
    later(6, 2, tcpLike, true), packet(syn), packet(syn, { truncate: 8 }),
  ];
  it.each([
    ['-p tcp', 'M M M M M M M M'],
    ['-p tcp -m tcp', 'M D D D D . M D'],
    ['-p tcp --dport 80', 'M D D D D . M D'],
    ['-p tcp -m tcp ! --dport 81', 'M D D D D . M D'],
    ['-p tcp --syn', 'M D D D D . M D'],
    ['-p tcp ! --syn', '. D D D D . . D'],
    ['-p tcp -m multiport --ports 80', 'M M M . . . M M'],
    ['-p tcp -m multiport ! --ports 81', 'M M M . . . M M'],
    ['-p tcp --tcp-option 2', '. D D D D . . D'],
    ['-p tcp ! --tcp-option 2', 'M D D D D . M D'],
    ['-m length --length 0:65535', 'M M M M M M M M'],
    ['-p tcp -m tcpmss --mss 1:1000', '. D D . D . . D'],
    ['-m addrtype --dst-type UNICAST', 'M M M M M M M M'],
  ])('TCP: %s', (match, row) => expect(column(4, match, tcp)).toBe(row));

  const echo: TransportSpec = { kind: 'icmp', type: 8, code: 0 };
  const icmp = [packet(echo, first), later(1, 3, '00'.repeat(32)), ...[1, 2, 3, 4, 0].map((truncate) => packet(echo, { truncate })), packet(echo)];
  it.each([
    ['-p icmp', 'M M M M M M M M'],
    ['-p icmp --icmp-type 8', 'M . D D D D D M'],
    ['-p icmp -m icmp ! --icmp-type 8', '. . D D D D D .'],
    ['-p icmp -m icmp ! --icmp-type 0', 'M . D D D D D M'],
    ['-p icmp --icmp-type any', 'M . D D D D D M'],
    ['-p icmp -m icmp --icmp-type 8/0', 'M . D D D D D M'],
  ])('ICMP: %s', (match, row) => expect(column(4, match, icmp)).toBe(row));

  const shortUdp = [0, 1, 2, 3, 4, 7, 8].map((truncate) => packet({ kind: 'udp', sourcePort: 1, destinationPort: 53 }, { truncate }));
  const set = 'create b bitmap:port range 0-65535\nadd b 53\n';
  it.each([
    ['-p udp', 'M M M M M M M'],
    ['-p udp -m udp', 'D D D D D D M'],
    ['-p udp --dport 53', 'D D D D D D M'],
    ['-p udp ! --dport 53', 'D D D D D D .'],
    ['-p udp --sport 1', 'D D D D D D M'],
    ['-p udp -m multiport --dports 53', 'D D D D M M M'],
    ['-p udp -m multiport ! --dports 53', 'D D D D . . .'],
    ['-p udp -m set --match-set b dst', '. . . . . . M'],
    ['-p udp -m set ! --match-set b dst', 'M M M M M M .'],
  ])('UDP cut short: %s', (match, row) => expect(column(4, match, shortUdp, set)).toBe(row));

  it('reads the data of a later fragment as a TCP header for the TCP tests of ecn and for tcpmss', () => {
    const mss = later(6, 3, `04d20050000003e8000000006042ffff00000000020405b4`);
    expect(column(4, '-p tcp -m tcpmss --mss 1460', [mss])).toBe('M');
    expect(column(4, '-p tcp -m ecn --ecn-tcp-ece', [mss])).toBe('M');
    expect(column(4, '-p tcp -m ecn ! --ecn-tcp-cwr', [mss])).toBe('M');
  });
});
