import { describe } from 'vitest';
import { no, packetOf, yes } from '../build.js';
import { asTheKernel, match, packet, raw } from './table.js';

const udp = { kind: 'udp', sourcePort: 1, destinationPort: 2 } as const;
const of = (...nodes: readonly Parameters<typeof match>[0][]) => nodes.map(match);

describe('TOS byte 0x00 0x10 0xb8 0xbb', () => {
  const packets = [0, 0x10, 0xb8, 0xbb].map((tos) => packet(4, udp, { tos }));
  asTheKernel({ family: 4, packets }, [
    { name: '--tos 0x10', matches: of({ kind: 'tos', tos: yes({ value: 0x10, mask: 0xff }) }), kernel: '. M . .' },
    { name: '--tos 0x10/0x3f', matches: of({ kind: 'tos', tos: yes({ value: 0x10, mask: 0x3f }) }), kernel: '. M . .' },
    { name: '! --tos 0x38/0x3c', matches: of({ kind: 'tos', tos: no({ value: 0x38, mask: 0x3c }) }), kernel: 'M M . .' },
    { name: '--dscp 46', matches: of({ kind: 'dscp', dscp: yes(46) }), kernel: '. . M M' },
    { name: '! --dscp 46', matches: of({ kind: 'dscp', dscp: no(46) }), kernel: 'M M . .' },
    { name: '--ecn-ip-ect 3', matches: of({ kind: 'ecn', ipEct: yes(3) }), kernel: '. . . M' },
  ]);
});

describe('the traffic class of IPv6 lies across two bytes: 0x00 0x10 0xb8 0xbb', () => {
  const packets = [0, 0x10, 0xb8, 0xbb].map((tos) => packet(6, udp, { tos }));
  asTheKernel({ family: 6, packets }, [
    { name: '--tos 0x10', matches: of({ kind: 'tos', tos: yes({ value: 0x10, mask: 0xff }) }), kernel: '. M . .' },
    { name: '--dscp 46', matches: of({ kind: 'dscp', dscp: yes(46) }), kernel: '. . M M' },
    { name: '--ecn-ip-ect 3', matches: of({ kind: 'ecn', ipEct: yes(3) }), kernel: '. . . M' },
  ]);
});

describe('TTL 0 1 64 255', () => {
  const packets = [0, 1, 64, 255].map((ttl) => packet(4, udp, { ttl }));
  const ttl = (comparison: 'eq' | 'ne' | 'lt' | 'gt', value: number) => of({ kind: 'ttl', comparison, value });
  asTheKernel({ family: 4, packets }, [
    { name: 'eq 64', matches: ttl('eq', 64), kernel: '. . M .' },
    { name: 'ne 64', matches: ttl('ne', 64), kernel: 'M M . M' },
    { name: 'lt 0', matches: ttl('lt', 0), kernel: '. . . .' },
    { name: 'lt 64', matches: ttl('lt', 64), kernel: 'M M . .' },
    { name: 'gt 255', matches: ttl('gt', 255), kernel: '. . . .' },
    { name: 'gt 0', matches: ttl('gt', 0), kernel: '. M M M' },
  ]);
});

describe('length: an empty UDP packet is 28 bytes, 48 in IPv6', () => {
  const length = (min: number, max: number) => of({ kind: 'length', length: yes({ min, max }) });
  asTheKernel({ family: 4, packets: [packet(4, udp)] }, [{ name: '28', matches: length(28, 28), kernel: 'M' }]);
  asTheKernel({ family: 6, packets: [packet(6, udp)] }, [
    { name: '48', matches: length(48, 48), kernel: 'M' },
    { name: '8', matches: length(8, 8), kernel: '.' },
  ]);
});

describe('mark 0x12 and 0x112', () => {
  const packets = [0x12, 0x112].map((mark) => packetOf(4, packet(4, udp), { mark }));
  const mark = (value: number, mask: number) => of({ kind: 'mark', mark: yes({ value, mask }) });
  asTheKernel({ family: 4, packets }, [
    { name: '0x12/0xff', matches: mark(0x12, 0xff), kernel: 'M M' },
    { name: '0x112/0xff', matches: mark(0x112, 0xff), kernel: '. .' },
    { name: '0/0', matches: mark(0, 0), kernel: 'M M' },
    { name: '0x112', matches: mark(0x112, 0xffffffff), kernel: '. M' },
  ]);
});

describe('addresses 10.0.0.5 to 10.0.0.1', () => {
  const range = (min: bigint, max: bigint) => ({ min, max });
  asTheKernel({ family: 4, packets: [packet(4, udp)] }, [
    { name: 'iprange that ends before it begins', matches: of({ kind: 'iprange', sourceRange: yes(range(0x0a000009n, 0x0a000001n)) }), kernel: '.' },
    { name: '! iprange that ends before it begins', matches: of({ kind: 'iprange', sourceRange: no(range(0x0a000009n, 0x0a000001n)) }), kernel: 'M' },
    { name: '-s 10.1.0.5/255.0.0.255', conditions: { source: yes({ address: 0x0a000005n, mask: 0xff0000ffn }) }, matches: [], kernel: 'M' },
    { name: '! -s 0.0.0.0/0', conditions: { source: no({ address: 0n, mask: 0n }) }, matches: [], kernel: '.' },
  ]);
});

describe('Ethernet source 02:00:00:00:00:05, none', () => {
  const ethernet = Uint8Array.of(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 5, 8, 0);
  const packets = [packetOf(4, packet(4, udp), { ethernet }), packetOf(4, packet(4, udp))];
  asTheKernel({ family: 4, packets }, [
    { name: '--mac-source', matches: of({ kind: 'mac', address: yes(0x020000000005) }), kernel: 'M .' },
    { name: '! --mac-source', matches: of({ kind: 'mac', address: no(0x020000000005) }), kernel: '. .' },
  ]);
});

describe('interfaces: eth0, eth, none', () => {
  const packets = ['eth0', 'eth'].map((inInterface) => packetOf(4, packet(4, udp), { inInterface }));
  const { inInterface: _, ...local } = packetOf(4, packet(4, udp));
  const on = (name: string, prefix: boolean, negated: boolean) => ({ inInterface: { value: { name, prefix }, negated } });
  asTheKernel({ family: 4, packets: [...packets, local] }, [
    { name: '-i eth+', conditions: on('eth', true, false), matches: [], kernel: 'M M .' },
    { name: '-i eth0', conditions: on('eth0', false, false), matches: [], kernel: 'M . .' },
    { name: '! -i eth0', conditions: on('eth0', false, true), matches: [], kernel: '. M M' },
    { name: '-i +', conditions: on('', true, false), matches: [], kernel: 'M M M' },
    { name: '! -i +', conditions: on('', true, true), matches: [], kernel: '. . .' },
  ]);
});

describe('ESP of SPI 255 256 500 501, and cut to 4 bytes', () => {
  const packets = [255, 256, 500, 501].map((spi) => packet(4, { kind: 'esp', spi }));
  const conditions = { protocol: yes(50) };
  asTheKernel({ family: 4, packets: [...packets, packet(4, { kind: 'esp', spi: 255 }, { truncate: 4 })] }, [
    { name: '-p esp', conditions, matches: [], kernel: 'M M M M M' },
    { name: '--espspi 256:500', conditions, matches: of({ kind: 'esp', spi: yes({ min: 256, max: 500 }) }), kernel: '. M M . D' },
    { name: '! --espspi 256:500', conditions, matches: of({ kind: 'esp', spi: no({ min: 256, max: 500 }) }), kernel: 'M . . M D' },
    { name: '-m esp', conditions, matches: of({ kind: 'esp' }), kernel: 'M M M M D' },
  ]);
});

describe('IPv6 protocols: TCP; behind AH; options cut; fragment header cut to 3 and 4 bytes; later fragment of options; none', () => {
  const tcp = { kind: 'tcp', sourcePort: 1, destinationPort: 80, flags: 2 } as const;
  const packets = [
    packet(6, tcp),
    packet(6, tcp, { extensions: [{ kind: 'ah', spi: 1 }] }),
    packet(6, raw(60, Uint8Array.of(6))),
    packet(6, raw(44, Uint8Array.of(6, 0, 0))),
    packet(6, raw(44, Uint8Array.of(6, 0, 0, 0))),
    packet(6, raw(60, new Uint8Array(8)), { fragment: { offset: 5, more: false } }),
    packet(6, raw(59, new Uint8Array(0))),
  ];
  asTheKernel({ family: 6, packets }, [
    { name: 'no -p', matches: [], kernel: 'M M M M M M M' },
    { name: '-p tcp', conditions: { protocol: yes(6) }, matches: [], kernel: 'M M D D M D .' },
    { name: '! -p tcp', conditions: { protocol: no(6) }, matches: [], kernel: '. . D D . D M' },
    { name: '-p ah', conditions: { protocol: yes(51) }, matches: [], kernel: '. . D D . D .' },
    { name: '! -p ah', conditions: { protocol: no(51) }, matches: [], kernel: 'M M D D M D M' },
    { name: '-p 59', conditions: { protocol: yes(59) }, matches: [], kernel: '. . D D . D M' },
  ]);
});
