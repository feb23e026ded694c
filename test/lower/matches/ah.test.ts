import { describe } from 'vitest';
import { concat } from '../../../src/packet/index.js';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet, raw } from './table.js';

const tcp = { kind: 'tcp', sourcePort: 1, destinationPort: 80, flags: 2 } as const;
const ah = { kind: 'ah', spi: 256 } as const;
const spi = { min: 256, max: 256 };

describe('IPv6: AH+TCP, TCP, AH cut to 1 2 11 12 bytes, options cut to 1, later fragment, AH before a later fragment, fragment of AH, reserved 1, options+AH+TCP', () => {
  const segment = packet(6, tcp).subarray(40);
  const header = concat(Uint8Array.of(6, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), new Uint8Array(12));
  const cut = (bytes: number) => packet(6, raw(51, header.subarray(0, bytes)));
  const packets = [
    packet(6, tcp, { extensions: [ah] }),
    packet(6, tcp),
    cut(1),
    cut(2),
    cut(11),
    cut(12),
    packet(6, raw(60, Uint8Array.of(6))),
    packet(6, raw(6, segment), { fragment: { offset: 5, more: false } }),
    packet(6, raw(6, segment), { extensions: [ah, { kind: 'fragment', offset: 5, more: false }] }),
    packet(6, raw(51, header), { fragment: { offset: 5, more: false } }),
    packet(6, tcp, { extensions: [{ ...ah, reserved: 1 }] }),
    packet(6, tcp, { extensions: [{ kind: 'destination-options' }, ah] }),
  ];
  const of = (options: object) => [match({ kind: 'ah', ...options })];
  asTheKernel({ family: 6, packets }, [
    { name: '-m ah', matches: of({}), kernel: 'M . D D D D D . M . M M' },
    { name: '--ahspi 256', matches: of({ spi: yes(spi) }), kernel: 'M . D D D D D . M . M M' },
    { name: '! --ahspi 256', matches: of({ spi: no(spi) }), kernel: '. . D D D D D . . . . .' },
    { name: '--ahlen 24', matches: of({ length: yes(24) }), kernel: 'M . D D D D D . M . M M' },
    { name: '! --ahlen 0', matches: of({ length: no(0) }), kernel: 'M . D D D D D . M . M M' },
    { name: '--ahres', matches: of({ reserved: true }), kernel: 'M . D D D D D . M . . M' },
    { name: '-p tcp', conditions: { protocol: yes(6) }, matches: [], kernel: 'M M D M M M D M M D M M' },
    { name: '-p tcp -m ah', conditions: { protocol: yes(6) }, matches: of({}), kernel: 'M . D D D D D . M D M M' },
  ]);
});

describe('IPv6: AH of length 0 in 12, 8 and 20 bytes, of length 2 in 12, 16 and 15', () => {
  const cut = (units: number, bytes: number) => packet(6, raw(51, concat(Uint8Array.of(6, units, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), new Uint8Array(12)).subarray(0, bytes)));
  const packets = [cut(0, 12), cut(0, 8), cut(0, 20), cut(2, 12), cut(2, 16), cut(2, 15)];
  asTheKernel({ family: 6, packets }, [
    { name: '-m ah', matches: [match({ kind: 'ah' })], kernel: 'M D M D M D' },
    { name: '--ahlen 8', matches: [match({ kind: 'ah', length: yes(8) })], kernel: 'M D M D . D' },
    { name: '! -p tcp', conditions: { protocol: no(6) }, matches: [], kernel: '. . . . . .' },
  ]);
});

describe('IPv4: -p ah cut to 11, 12 and 20 bytes of 24', () => {
  const header = concat(Uint8Array.of(6, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), new Uint8Array(12));
  const packets = [11, 12, 20].map((bytes) => packet(4, raw(51, header.subarray(0, bytes))));
  asTheKernel({ family: 4, packets }, [{ name: '-m ah', conditions: { protocol: yes(51) }, matches: [match({ kind: 'ah' })], kernel: 'D M M' }]);
});
