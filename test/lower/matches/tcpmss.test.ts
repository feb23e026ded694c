import { describe } from 'vitest';
import { no, yes } from '../build.js';
import { asTheKernel, match, packet, raw } from './table.js';

const conditions = { protocol: yes(6) };
const mss = { min: 1460, max: 1460 };
const segment = packet(4, { kind: 'tcp', sourcePort: 1, destinationPort: 80, flags: 0x42, options: Uint8Array.of(2, 4, 5, 0xb4) }).subarray(20);

describe('IPv4 later fragments are read as a header: offset 1, offset 5, 19 bytes at 5', () => {
  const packets = [
    packet(4, raw(6, segment), { fragment: { offset: 1, more: false } }),
    packet(4, raw(6, segment), { fragment: { offset: 5, more: false } }),
    packet(4, raw(6, segment), { fragment: { offset: 5, more: false }, truncate: 19 }),
  ];
  asTheKernel({ family: 4, packets }, [
    { name: '--mss 1460', conditions, matches: [match({ kind: 'tcpmss', mss: yes(mss) })], kernel: 'M M D' },
    { name: '--ecn-tcp-ece', conditions, matches: [match({ kind: 'ecn', tcpEce: true })], kernel: 'M M .' },
    { name: '! --ecn-tcp-ece', conditions, matches: [match({ kind: 'ecn', tcpEce: false })], kernel: '. . .' },
    { name: '-m tcp -m tcpmss', conditions, matches: [match({ kind: 'tcp' }), match({ kind: 'tcpmss', mss: yes(mss) })], kernel: 'D . .' },
  ]);
});

describe('IPv6 later fragments: the IPv6 header itself is read, so the source address says it', () => {
  const fragment = { offset: 5, more: false };
  const from = (source: string, data: Uint8Array = segment) => packet(6, raw(6, data), { fragment, source });
  const packets = [
    from('2001:db8::5'),
    from('2001:db8:5000::5'),
    from('2001:db8:6000:0:204:5b4::5'),
    from('2001:db8:6000:0:1:1:204:5b4'),
    from('2001:db8:f000:0:1:1:204:5b4', new Uint8Array()),
    from('2001:db8:f0::5', new Uint8Array()),
  ];
  asTheKernel({ family: 6, packets }, [
    { name: '--mss 1460', conditions, matches: [match({ kind: 'tcpmss', mss: yes(mss) })], kernel: 'D . . M D D' },
    { name: '! --mss 1460', conditions, matches: [match({ kind: 'tcpmss', mss: no(mss) })], kernel: 'D M M . D D' },
    { name: '--ecn-tcp-ece', conditions, matches: [match({ kind: 'ecn', tcpEce: true })], kernel: '. . . . . M' },
    { name: '! --ecn-tcp-ece', conditions, matches: [match({ kind: 'ecn', tcpEce: false })], kernel: 'M M M M M .' },
  ]);
});
