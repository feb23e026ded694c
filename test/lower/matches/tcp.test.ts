import { describe } from 'vitest';
import type { Masked } from '../../../src/ir/index.js';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet, raw } from './table.js';

const tcp = (flags: number, options: readonly number[] = [], dataOffset?: number) => ({
  kind: 'tcp' as const,
  sourcePort: 1,
  destinationPort: 80,
  flags,
  options: Uint8Array.from(options),
  ...(dataOffset === undefined ? {} : { dataOffset }),
});
const conditions = { protocol: yes(6) };
const flags = (mask: number, value: number): Masked => ({ mask, value });
const [fin, syn, rst, psh, ack, urg] = [1, 2, 4, 8, 16, 32];
const all = 63;

describe('flags: S SA A R F SF none all S+ECE S+ECE+CWR', () => {
  const packets = [syn, syn | ack, ack, rst, fin, syn | fin, 0, all, syn | 64, syn | 192].map((bits) => packet(4, tcp(bits)));
  const rows = [
    { name: '--syn', test: yes(flags(fin | syn | rst | ack, syn)), kernel: 'M . . . . . . . M M' },
    { name: '! --syn', test: no(flags(fin | syn | rst | ack, syn)), kernel: '. M M M M M M M . .' },
    { name: 'SYN,ACK SYN', test: yes(flags(syn | ack, syn)), kernel: 'M . . . . M . . M M' },
    { name: 'ALL NONE', test: yes(flags(all, 0)), kernel: '. . . . . . M . . .' },
    { name: 'ALL ALL', test: yes(flags(all, fin | syn | rst | psh | ack | urg)), kernel: '. . . . . . . M . .' },
    { name: 'NONE NONE', test: yes(flags(0, 0)), kernel: 'M M M M M M M M M M' },
    { name: 'FIN FIN,SYN', test: yes(flags(fin, fin | syn)), kernel: '. . . . . . . . . .' },
    { name: '! ALL NONE', test: no(flags(all, 0)), kernel: 'M M M M M M . M M M' },
  ];
  asTheKernel({ family: 4, packets }, rows.map(({ name, test, kernel }) => ({ name, conditions, matches: [match({ kind: 'tcp', flags: test })], kernel })));
});

describe('options: none, 020405b4, 0101020405b4, 0402, 00020405b4, 02000402, 02010402, 05010102, 02080101, 0102', () => {
  const lists = [[], [2, 4, 5, 0xb4], [1, 1, 2, 4, 5, 0xb4], [4, 2], [0, 2, 4, 5, 0xb4], [2, 0, 4, 2], [2, 1, 4, 2], [5, 1, 1, 2], [2, 8, 1, 1], [1, 2]];
  const packets = lists.map((options) => packet(4, tcp(syn, options)));
  const option = (value: number, negated: boolean) => [match({ kind: 'tcp', option: { value, negated } })];
  asTheKernel({ family: 4, packets }, [
    { name: '--tcp-option 2', conditions, matches: option(2, false), kernel: '. M M . M M M M M M' },
    { name: '! --tcp-option 2', conditions, matches: option(2, true), kernel: 'M . . M . . . . . .' },
    { name: '--tcp-option 4', conditions, matches: option(4, false), kernel: '. . . M . M M . . .' },
    { name: '--tcp-option 5', conditions, matches: option(5, false), kernel: '. . . . . . . M . .' },
    { name: '--mss 1460', conditions, matches: [match({ kind: 'tcpmss', mss: yes({ min: 1460, max: 1460 }) })], kernel: '. M M . M . . . . .' },
    { name: '! --mss 1460', conditions, matches: [match({ kind: 'tcpmss', mss: no({ min: 1460, max: 1460 }) })], kernel: 'M . . M . M M M M M' },
  ]);
});

describe('short headers: 0, 4 and 19 bytes; data offset 4, and 15 without the bytes; whole', () => {
  const packets = [packet(4, tcp(syn), { truncate: 0 }), packet(4, tcp(syn), { truncate: 4 }), packet(4, tcp(syn), { truncate: 19 }), packet(4, tcp(syn, [], 4)), packet(4, tcp(syn, [], 15)), packet(4, tcp(syn))];
  asTheKernel({ family: 4, packets }, [
    { name: '-p tcp', conditions, matches: [], kernel: 'M M M M M M' },
    { name: '-m tcp', conditions, matches: [match({ kind: 'tcp' })], kernel: 'D D D M M M' },
    { name: '! --dport 80', conditions, matches: [match({ kind: 'tcp', destinationPort: no({ min: 80, max: 80 }) })], kernel: 'D D D . . .' },
    { name: '--tcp-option 2', conditions, matches: [match({ kind: 'tcp', option: yes(2) })], kernel: 'D D D D D .' },
    { name: '--dport 81 --tcp-option 2', conditions, matches: [match({ kind: 'tcp', destinationPort: yes({ min: 81, max: 81 }), option: yes(2) })], kernel: 'D D D . . .' },
    { name: '! --sport 0:65535', conditions, matches: [match({ kind: 'tcp', sourcePort: no({ min: 0, max: 65535 }) })], kernel: 'D D D . . .' },
  ]);
});

describe('later fragments, IPv4: offsets 1 and 5, first fragment, whole', () => {
  const header = packet(4, tcp(syn)).subarray(20);
  const packets = [
    packet(4, raw(6, header), { fragment: { offset: 1, more: false } }),
    packet(4, raw(6, header), { fragment: { offset: 5, more: false } }),
    packet(4, raw(6, header), { fragment: { offset: 0, more: true } }),
    packet(4, tcp(syn)),
  ];
  asTheKernel({ family: 4, packets }, [
    { name: '-p tcp', conditions, matches: [], kernel: 'M M M M' },
    { name: '-m tcp', conditions, matches: [match({ kind: 'tcp' })], kernel: 'D . M M' },
    { name: '! --dport 81', conditions, matches: [match({ kind: 'tcp', destinationPort: no({ min: 81, max: 81 }) })], kernel: 'D . M M' },
  ]);
});

describe('later fragments, IPv6: offsets 1 and 2, first fragment, whole', () => {
  const header = packet(6, tcp(syn)).subarray(40);
  const packets = [
    packet(6, raw(6, header), { fragment: { offset: 1, more: false } }),
    packet(6, raw(6, header), { fragment: { offset: 2, more: false } }),
    packet(6, raw(6, header), { fragment: { offset: 0, more: true } }),
    packet(6, tcp(syn)),
  ];
  asTheKernel({ family: 6, packets }, [
    { name: '-p tcp', conditions, matches: [], kernel: 'M M M M' },
    { name: '-m tcp', conditions, matches: [match({ kind: 'tcp' })], kernel: '. . M M' },
    { name: '! --dport 81', conditions, matches: [match({ kind: 'tcp', destinationPort: no({ min: 81, max: 81 }) })], kernel: '. . M M' },
  ]);
});
