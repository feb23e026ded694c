import { headerBytes, type Draft, type Edit } from './draft.js';

/**
 * The ways a packet can be odd that rules answer to without naming them: fragments, headers cut short at every length, IPv6 extension
 * headers whole and broken, IPv4 options, wrong checksums and data offsets, TCP flags together.
 */
export function oddEdits(draft: Draft): readonly Edit[] {
  const header = headerBytes[draft.protocol] ?? 0;
  const short: readonly Edit[] = Array.from({ length: header }, (_, bytes) => ({ shape: { kind: 'short', bytes } }));
  return [
    { shape: { kind: 'fragment', offset: 0, more: true } },
    { shape: { kind: 'fragment', offset: 2, more: true } },
    { shape: { kind: 'fragment', offset: 1, more: false, bytes: 16 } },
    { shape: { kind: 'fragment', offset: 185, more: false, bytes: 3 } },
    ...short,
    { shape: { kind: 'fragment', offset: 1, more: true, bytes: 40 } },
    { shape: { kind: 'fragment', offset: 2, more: false, bytes: 8 } },
    { shape: { kind: 'fragment', offset: 0, more: true, bytes: 8 } },
    { shape: { kind: 'fragment', offset: 0, more: true, bytes: 16 } },
    ...(header > 0 ? [{ wrongChecksum: true }] : []),
    ...(draft.protocol === 6 ? tcpEdits : []),
    ...(draft.family === 4 ? options4 : extensions6),
    { ttl: 1 }, { ttl: 0 }, { ttl: 2 }, { ttl: 255 },
  ];
}

const tcpEdits: readonly Edit[] = [
  ...[0, 4, 6, 15].map((dataOffset) => ({ dataOffset })),
  ...[0x12, 0x10, 0x18, 0x01, 0x11, 0x04, 0x14, 0x00, 0x03, 0x06, 0x29, 0x3f, 0x42, 0xc2, 0x0a].map((tcpFlags) => ({ tcpFlags })),
  ...[[2, 4, 5, 180], [2, 4, 2, 24], [0, 2, 4, 5, 180], [2, 0, 4, 2], [2, 1, 4, 2], [5, 1, 1, 2], [2, 8, 1, 1], [1, 2]].map((bytes) => ({ tcpOptions: Uint8Array.from(bytes) })),
];

const options4: readonly Edit[] = [{ ipOptions: Uint8Array.of(0x94, 4, 0, 0) }, { ipOptions: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0) }];

const extensions6: readonly Edit[] = [
  { extensions: [{ kind: 'hop-by-hop' }] },
  { extensions: [{ kind: 'destination-options' }] },
  { extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination-options' }] },
  { extensions: [{ kind: 'routing', type: 2, segmentsLeft: 0, data: new Uint8Array(20) }] },
  { extensions: [{ kind: 'ah', spi: 256 }] },
  { extensions: [{ kind: 'destination-options' }, { kind: 'ah', spi: 256 }] },
  { extensions: [{ kind: 'fragment', offset: 0, more: false, id: 5 }] },
  // The walk fails: cut before the header's first bytes, or longer than the packet.
  { extensions: [{ kind: 'destination-options' }], shape: { kind: 'cut', bytes: 1 } },
  { extensions: [{ kind: 'destination-options' }], shape: { kind: 'cut', bytes: 0 } },
  { extensions: [{ kind: 'destination-options', length: 40 }] },
  { extensions: [{ kind: 'ah', spi: 256 }], shape: { kind: 'cut', bytes: 8 } },
  // A later fragment whose fragment header names another extension header.
  { shape: { kind: 'fragment', offset: 2, more: false, named: 60 } },
  { shape: { kind: 'fragment', offset: 2, more: false, named: 51 } },
];
