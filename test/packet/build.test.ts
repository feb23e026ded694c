import { describe, expect, test } from 'vitest';
import { buildPacket, crc32c, ethernetHeader, fragmentsOf, fromHex, internetChecksum, tcpFlags, toHex, type PacketSpec } from '../../src/packet/index.js';
import { tcpdump } from './pcap.js';

const four = { family: 4, source: '10.0.0.5', destination: '10.0.1.7' } as const;
const six = { family: 6, source: '2001:db8::5', destination: '2001:db8:1::7' } as const;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) & 255);

describe('known bytes', () => {
  test('the IPv4 header of RFC 1071 examples sums to its checksum', () => {
    // Header of a much quoted example, checksum b861.
    const header = fromHex('45000073000040004011 0000 c0a80001c0a800c7') ?? new Uint8Array();
    expect(internetChecksum(header)).toBe(0xb861);
  });

  test('crc32c of RFC 3720 B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });

  test('a UDP datagram by hand', () => {
    const packet = buildPacket({ ...four, ttl: 3, tos: 0x10, id: 0x1234, dontFragment: true, transport: { kind: 'udp', sourcePort: 1234, destinationPort: 53, data: Uint8Array.of(0xaa) } });
    // Sums by hand: header 4510+001d+1234+4000+0311+0a00+0005+0a00+0107 = af7e; pseudo header 0a00+0005+0a00+0107+0011+0009
    // = 1526, datagram 04d2+0035+0009+aa00 = af10, together c436.
    expect(toHex(packet)).toBe('4510001d123440000311' + '5081' + '0a0000050a000107' + '04d20035' + '0009' + '3bc9' + 'aa');
  });

  test('ethernet header', () => {
    expect(toHex(ethernetHeader({ source: 0x020000000001, destination: 0xffffffffffff, family: 6 }))).toBe('ffffffffffff02000000000186dd');
  });
});

const plain: readonly (readonly [string, PacketSpec, RegExp])[] = [
  ['tcp syn with options', { ...four, transport: { kind: 'tcp', sourcePort: 40000, destinationPort: 22, flags: tcpFlags.syn, options: fromHex('020405b40402') ?? new Uint8Array() } }, /Flags \[S\], cksum 0x\w+ \(correct\).*options \[mss 1460,sackOK,eol\]/],
  ['tcp odd data', { ...four, transport: { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: tcpFlags.psh | tcpFlags.ack, data: bytes(7) } }, /\[P\.\], cksum 0x\w+ \(correct\)/],
  ['tcp wrong', { ...four, transport: { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2, checksum: 'wrong' } }, /cksum 0x\w+ \(incorrect/],
  ['udp', { ...four, transport: { kind: 'udp', sourcePort: 1000, destinationPort: 7, data: bytes(5) } }, /\[udp sum ok\]/],
  ['udp wrong', { ...four, transport: { kind: 'udp', sourcePort: 1000, destinationPort: 7, data: bytes(5), checksum: 'wrong' } }, /\[bad udp cksum/],
  ['udp none', { ...four, transport: { kind: 'udp', sourcePort: 1000, destinationPort: 7, checksum: 0 } }, /\[no cksum\]/],
  ['icmp', { ...four, transport: { kind: 'icmp', type: 8, code: 0, rest: 0x00120034, data: bytes(9) } }, /ICMP echo request, id 18, seq 52, length 17$/],
  ['icmp wrong', { ...four, transport: { kind: 'icmp', type: 8, code: 0, checksum: 'wrong' } }, /wrong icmp cksum/],
  ['ip options', { ...four, options: fromHex('94040000') ?? new Uint8Array(), transport: { kind: 'udp', sourcePort: 1, destinationPort: 7 } }, /options \(RA\).*\[udp sum ok\]/],
  ['bad header', { ...four, headerChecksum: 'wrong', transport: { kind: 'udp', sourcePort: 1, destinationPort: 7 } }, /bad cksum/],
  ['sctp', { ...four, transport: { kind: 'sctp', sourcePort: 1, destinationPort: 2, chunks: [{ type: 1, value: new Uint8Array(16) }] } }, /sctp 1\) \[INIT\]/],
  ['esp', { ...four, transport: { kind: 'esp', spi: 0x100, data: bytes(16) } }, /ESP\(spi=0x00000100,seq=0x1\), length 24/],
  ['ah', { ...four, extensions: [{ kind: 'ah', spi: 500 }], transport: { kind: 'udp', sourcePort: 1, destinationPort: 7 } }, /AH\(length=4\(24-bytes\),spi=0x000001f4,seq=0x1,icv=0x0{24}\): 1 > 7: \[udp sum ok\]/],
  ['gre', { ...four, transport: { kind: 'gre', key: 7, data: buildPacket({ ...four, transport: { kind: 'udp', sourcePort: 1, destinationPort: 7 } }) } }, /GREv0, Flags \[key present\], key=0x7.*\[udp sum ok\]/],
  ['tcp six', { ...six, transport: { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2, data: bytes(3) } }, /\[S\], cksum 0x\w+ \(correct\)/],
  ['udp six behind all', { ...six, extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination-options' }, { kind: 'routing', type: 2, data: new Uint8Array(20) }, { kind: 'fragment', offset: 0, more: false, id: 9 }], transport: { kind: 'udp', sourcePort: 1, destinationPort: 7 } }, /HBH \(padn\) DSTOPT \(padn\) RT6 \(len=2, type=2, segleft=0.*frag \(0x00000009:0\|8\) 1 > 7: UDP/],
  ['udp six behind options', { ...six, extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination-options' }], transport: { kind: 'udp', sourcePort: 1, destinationPort: 7, data: bytes(3) } }, /HBH \(padn\) DSTOPT \(padn\) 1 > 7: \[udp sum ok\]/],
  ['icmp six', { ...six, tos: 0x28, ttl: 3, transport: { kind: 'icmp', type: 128, code: 0, data: bytes(5) } }, /class 0x28, hlim 3.*\[icmp6 sum ok\]/],
  ['icmp six wrong', { ...six, transport: { kind: 'icmp', type: 128, code: 0, checksum: 'wrong' } }, /bad icmp6 cksum/],
];

test('tcpdump reads every kind of packet as it was meant', async () => {
  const said = await tcpdump(plain.map(([, spec]) => buildPacket(spec)));
  if (said === undefined) return;
  for (const [index, [name, , expected]] of plain.entries()) expect(said[index], name).toMatch(expected);
  const wrong = said.filter((text, index) => /incorrect|bad|wrong/.test(text) !== /wrong|bad/.test(plain[index]?.[0] ?? ''));
  expect(wrong).toEqual([]);
});

test('truncation keeps the IP length honest', () => {
  for (let length = 0; length < 20; length++) {
    const packet = buildPacket({ ...four, truncate: length, transport: { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2 } });
    expect(packet.length).toBe(20 + length);
    expect(packet[3]).toBe(20 + length);
  }
});

test('tcpdump sees fragments at the right offsets, headers right', async () => {
  const whole4 = buildPacket({ ...four, transport: { kind: 'udp', sourcePort: 1, destinationPort: 7, data: bytes(40) } });
  const whole6 = buildPacket({ ...six, transport: { kind: 'udp', sourcePort: 1, destinationPort: 7, data: bytes(40) } });
  const said = await tcpdump([...fragmentsOf(whole4, [16, 32], 77), ...fragmentsOf(whole6, [24], 78)]);
  if (said === undefined) return;
  expect(said[0]).toMatch(/id 77, offset 0, flags \[\+\]/);
  expect(said[1]).toMatch(/id 77, offset 16, flags \[\+\].*length 36/);
  expect(said[2]).toMatch(/id 77, offset 32, flags \[none\].*length 36/);
  expect(said[3]).toMatch(/frag \(0x0000004e:0\|24\) 1 > 7/);
  expect(said[4]).toMatch(/frag \(0x0000004e:24\|24\)/);
  expect(said.join()).not.toMatch(/bad cksum/);
});
