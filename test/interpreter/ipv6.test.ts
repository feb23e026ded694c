import { describe, expect, it } from 'vitest';
import type { ExtensionSpec, PacketSpec, TransportSpec } from '../../src/packet/index.js';
import { column, judge, packet } from './judging.js';

const syn: TransportSpec = { kind: 'tcp', sourcePort: 1, destinationPort: 80, flags: 2 };
const six = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): ReturnType<typeof packet> => packet(transport, { family: 6, ...spec });
const behind = (...extensions: readonly ExtensionSpec[]): ReturnType<typeof packet> => six(syn, { extensions });
const hop: ExtensionSpec = { kind: 'hop-by-hop' };
const options: ExtensionSpec = { kind: 'destination-options' };
const ah: ExtensionSpec = { kind: 'ah', spi: 7 };
const none: TransportSpec = { kind: 'raw', protocol: 59, data: new Uint8Array() };
const piece = (offset: number, more: boolean, data: number): ReturnType<typeof packet> => six({ kind: 'raw', protocol: 6, data: new Uint8Array(data) }, { fragment: { offset, more } });

/** The packets of the evidence sheet, in its order. */
const packets = [
  six(syn), behind(hop), behind(hop, options), behind(options), behind({ kind: 'routing' }), behind(ah), behind({ kind: 'fragment', offset: 0, more: false }),
  six({ ...syn, data: new Uint8Array(4) }, { fragment: { offset: 0, more: true } }), piece(8, true, 24), piece(185, false, 20), six(none), six(none, { extensions: [ah] }),
  six({ kind: 'esp', spi: 1, data: new Uint8Array(4) }), six(syn, { fragment: { offset: 0, more: true }, truncate: 8 }), six(syn, { truncate: 8 }),
  six({ kind: 'raw', protocol: 0, data: new Uint8Array(4) }),
];

describe('IPv6 extension headers', () => {
  it.each([
    ['-p tcp', 'M M M M M M M M M M . . . M M u'],
    ['! -p tcp', '. . . . . . . . . . M M M . . u'],
    ['-p tcp --dport 80', 'M M M M M M M M . . . . . D D u'],
    ['-p tcp ! --dport 81', 'M M M M M M M M . . . . . D D u'],
    ['-p tcp -m multiport --dports 80', 'M M M M M M M M . . . . . M M u'],
    ['-p 59', '. . . . . . . . . . M M . . . u'],
    ['-p esp', '. . . . . . . . . . . . M . . u'],
    ['-m ah --ahspi 7', '. . . . . M . . . . . M . . . u'],
    ['-m length --length 60', 'M . . . . . . . . . . . . . . u'],
    ['-p ipv6-icmp', '. . . . . . . . . . . . . . . u'],
  ])('%s', (match, row) => expect(column(6, match, packets)).toBe(row));

  it('drops at any -p what cannot be walked, and lets it through where there is none', () => {
    const cut = six(none, { extensions: [options], truncateAll: 1 });
    const later = six({ kind: 'raw', protocol: 60, data: new Uint8Array(16) }, { fragment: { offset: 2, more: false } });
    expect(column(6, '-p udp', [cut, later])).toBe('D D');
    expect(column(6, '! -p udp', [cut, later])).toBe('D D');
    expect(column(6, '-m hl --hl-eq 63', [cut, later])).toBe('M M');
  });

  it('wants the authentication header whole (measured: 40 bytes are there, 44 told of)', () => {
    const told = (length: number): ReturnType<typeof packet> => six({ kind: 'raw', protocol: 59, data: new Uint8Array(16) }, { extensions: [{ ...ah, length }] });
    expect(column(6, '-m ah --ahspi 7', [told(0), told(8), told(9), told(255)])).toBe('M M D D');
  });

  it('reads the IPv6 header itself where a later fragment has no transport header (tcpmss)', () => {
    // Byte 12 of the header is the fifth of the source: 0x50 is a data offset of 5.
    expect(column(6, '-p tcp -m tcpmss ! --mss 1', [six({ kind: 'raw', protocol: 6, data: new Uint8Array(8) }, { source: '2001:db8:5000::5', fragment: { offset: 8, more: false } })])).toBe('M');
    expect(column(6, '-p tcp -m tcpmss ! --mss 1', [six({ kind: 'raw', protocol: 6, data: new Uint8Array(8) }, { source: '2001:db8:4000::5', fragment: { offset: 8, more: false } })])).toBe('D');
  });
});

describe('ICMPv6', () => {
  const icmp = (type: number, code: number): ReturnType<typeof packet> => six({ kind: 'icmp', type, code, data: new Uint8Array(48) });
  const echo: TransportSpec = { kind: 'icmp', type: 128, code: 0 };
  const messages = [icmp(128, 0), icmp(129, 0), icmp(1, 4), icmp(2, 0), icmp(3, 1), icmp(133, 0), icmp(128, 3), six(echo, { truncate: 1 }), six(echo, { truncate: 3 }), six(echo, { protocol: 1 })];
  it.each([
    ['-p ipv6-icmp', 'M M M M M M M M M .'],
    ['-p icmpv6 --icmpv6-type 128', 'M . . . . . M D D .'],
    ['-p icmpv6 ! --icmpv6-type 128', '. M M M M M . D D .'],
    ['-p icmpv6 --icmpv6-type 1', '. . M . . . . D D .'],
    ['-p icmpv6 --icmpv6-type 1/4', '. . M . . . . D D .'],
    ['-p icmpv6 --icmpv6-type 128/0', 'M . . . . . . D D .'],
    ['-p 1', '. . . . . . . . . M'],
  ])('%s', (match, row) => expect(column(6, match, messages)).toBe(row));
});

it('demands UNICAST, MULTICAST and UNSPEC each of the address, the routed types one of them', () => {
  const to = (destination: string): ReturnType<typeof packet> => six({ kind: 'udp', sourcePort: 1, destinationPort: 2 }, { destination });
  const rule = (types: string): string => `-A PREROUTING -m addrtype --dst-type ${types} -j DROP`;
  const dropped = (types: string, destination: string): boolean => judge(`*raw\n${rule(types)}\nCOMMIT\n`, to(destination)).verdict === 'drop';
  expect([dropped('LOCAL', '2001:db8::1'), dropped('LOCAL', '2001:db8:1::7'), dropped('LOCAL,UNICAST', '2001:db8::1'), dropped('LOCAL,UNICAST', '2001:db8:1::7')]).toEqual([true, false, true, false]);
  expect([dropped('UNICAST,MULTICAST', '2001:db8:1::7'), dropped('UNICAST,MULTICAST', 'ff02::1'), dropped('ANYCAST', '2001:db8:1::')]).toEqual([false, false, true]);
});
