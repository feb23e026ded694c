import { describe } from 'vitest';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet, raw } from './table.js';

const echo = { kind: 'icmp', type: 8, code: 0, rest: 0x10001 } as const;
const any = { min: 0, max: 255 };

describe('echo request: first fragment, later fragment, cut to 1 2 3 4 0 bytes, whole', () => {
  const conditions = { protocol: yes(1) };
  const packets = [
    packet(4, echo, { fragment: { offset: 0, more: true } }),
    packet(4, raw(1, new Uint8Array(32).fill(8)), { fragment: { offset: 3, more: false } }),
    ...[1, 2, 3, 4, 0].map((truncate) => packet(4, echo, { truncate })),
    packet(4, echo),
  ];
  asTheKernel({ family: 4, packets }, [
    { name: '-p icmp', conditions, matches: [], kernel: 'M M M M M M M M' },
    { name: '--icmp-type 8', conditions, matches: [match({ kind: 'icmp', icmpType: yes({ type: 8, code: any }) })], kernel: 'M . D D D D D M' },
    { name: '! --icmp-type 8', conditions, matches: [match({ kind: 'icmp', icmpType: no({ type: 8, code: any }) })], kernel: '. . D D D D D .' },
    { name: '! --icmp-type 0', conditions, matches: [match({ kind: 'icmp', icmpType: no({ type: 0, code: any }) })], kernel: 'M . D D D D D M' },
    { name: '--icmp-type any', conditions, matches: [match({ kind: 'icmp', icmpType: yes({ type: 255, code: any }) })], kernel: 'M . D D D D D M' },
    { name: '--icmp-type 8/0', conditions, matches: [match({ kind: 'icmp', icmpType: yes({ type: 8, code: { min: 0, max: 0 } }) })], kernel: 'M . D D D D D M' },
  ]);
});

describe('type 255 is any in IPv4 (255/0 8/9 255/9)', () => {
  const conditions = { protocol: yes(1) };
  const packets = [packet(4, { ...echo, type: 255 }), packet(4, { ...echo, code: 9 }), packet(4, { ...echo, type: 255, code: 9 })];
  asTheKernel({ family: 4, packets }, [
    { name: '--icmp-type 255/0', conditions, matches: [match({ kind: 'icmp', icmpType: yes({ type: 255, code: { min: 0, max: 0 } }) })], kernel: 'M M M' },
    { name: '! --icmp-type 255/0', conditions, matches: [match({ kind: 'icmp', icmpType: no({ type: 255, code: { min: 0, max: 0 } }) })], kernel: '. . .' },
  ]);
});

describe('type 255 is a type in IPv6 (255/0 255/9 128/0, cut to 7 bytes)', () => {
  const conditions = { protocol: yes(58) };
  const packets = [packet(6, { ...echo, type: 255 }), packet(6, { ...echo, type: 255, code: 9 }), packet(6, { ...echo, type: 128 }), packet(6, { ...echo, type: 128 }, { truncate: 7 })];
  asTheKernel({ family: 6, packets }, [
    { name: '--icmpv6-type 255', conditions, matches: [match({ kind: 'icmp6', icmpType: yes({ type: 255, code: any }) })], kernel: 'M M . D' },
    { name: '! --icmpv6-type 255', conditions, matches: [match({ kind: 'icmp6', icmpType: no({ type: 255, code: any }) })], kernel: '. . M D' },
    { name: '--icmpv6-type 255/0', conditions, matches: [match({ kind: 'icmp6', icmpType: yes({ type: 255, code: { min: 0, max: 0 } }) })], kernel: 'M . . D' },
  ]);
});
