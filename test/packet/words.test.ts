import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPacket, describePacket, parseWords, toHex, type PacketSpec } from '../../src/packet/index.js';
import { tcpdump } from './pcap.js';

const errors = (text: string): readonly string[] => parseWords(text).diagnostics.filter((one) => one.severity === 'error').map((one) => `${one.column}-${one.endColumn} ${one.code}: ${one.message}${one.hint === undefined ? '' : ` [${one.hint}]`}`);

describe('words are what the contract shows', () => {
  test('a SYN from the wire', () => {
    const { value, diagnostics } = parseWords('tcp 203.0.113.9:40000 > 10.0.0.5:22 syn in eth0');
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject({ id: '1', origin: 'wire', inInterface: 'eth0' });
    // 20 bytes of IPv4, addresses and ports by hand, flags byte 02.
    expect(toHex(value?.bytes.subarray(12, 24) ?? new Uint8Array())).toBe('cb007109' + '0a000005' + '9c400016');
    expect(value?.bytes[33]).toBe(2);
  });

  test('an echo request with a TTL', () => {
    const { value } = parseWords('icmp 10.0.0.5 > 10.0.1.7 type 8 code 0 in eth0 ttl 3');
    expect([value?.bytes[8], value?.bytes[9], value?.bytes[20], value?.bytes[21]]).toEqual([3, 1, 8, 0]);
  });

  test('IPv6 with a mark', () => {
    const { value } = parseWords('udp [2001:db8::1]:53 > [2001:db8::2]:1024 in eth0 mark 0x10');
    expect(value).toMatchObject({ mark: 16 });
    expect(toHex(value?.bytes.subarray(0, 12) ?? new Uint8Array())).toBe("60000000000811402001" + "0db8");
  });

  test.each([
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in e state ESTABLISHED', { state: 'ESTABLISHED' }],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 local uid 1000 gid 7', { origin: 'local', uid: 1000, gid: 7 }],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in e time 2024-02-29T12:00:00Z', { time: 1709208000 }],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in e time 2024-02-29T13:00:00+01:00', { time: 1709208000 }],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in e forward out eth1', { forwardTo: 'eth1' }],
    ['udp 1.2.3.4:1 > 255.255.255.255:2 in e mac 02:00:00:00:00:aa', { packetType: 'broadcast' }],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 in e pkttype multicast', { packetType: 'multicast' }],
  ])('%s', (text, expected) => {
    expect(parseWords(text)).toMatchObject({ value: expected, diagnostics: [] });
  });

  test('tcpdump sees what was said', async () => {
    const said = ['tcp 1.2.3.4:1 > 5.6.7.8:2 syn,ack tos 0x10 mss 1400 length 60', 'udp 1.2.3.4:1 > 5.6.7.8:7 fragment first payload 00112233445566778899aabbccddeeff', 'udp 1.2.3.4 > 5.6.7.8 fragment 16+', 'tcp 1.2.3.4:1 > 5.6.7.8:2 length 27', 'tcp 1.2.3.4:1 > 5.6.7.8:2 rst checksum wrong', 'icmpv6 fe80::1 > ff02::1 type 135', 'esp 1.2.3.4 > 5.6.7.8 spi 7 payload 0001020304050607', 'sctp 1.2.3.4:1 > 5.6.7.8:2 chunks DATA'];
    const shown = await tcpdump(said.map((text) => parseWords(text).value?.bytes ?? new Uint8Array()));
    if (shown === undefined) return;
    const expected = [/tos 0x10.*length 60\).*\[S\.\].*\(correct\).*mss 1400.*length 16/, /flags \[\+\], proto UDP \(17\), length 44\).*UDP, length 16/, /offset 16, flags \[\+\].*length 28\)/, /length 27\).*\[\|tcp\]/, /\[R\].*incorrect/, /icmp6 sum ok.*neighbor solicitation|neighbor solicitation/, /spi=0x00000007/, /\[DATA\]/];
    for (const [index, pattern] of expected.entries()) expect(shown[index], said[index]).toMatch(pattern);
  });
});

describe('faults are located and say what to do', () => {
  test.each([
    ['', ['1-2 packet-incomplete: the packet ends where a protocol should stand']],
    ['tpc 1.2.3.4:1 > 5.6.7.8:2', ['1-4 packet-protocol: unknown protocol tpc [did you mean tcp?]']],
    ['tcp host:1 > 5.6.7.8:2', ['5-11 packet-address: host:1 is not an address [host names are not looked up; write the address]']],
    ['tcp 1.2.3.4:99999 > 5.6.7.8:2', ['5-18 packet-port: 99999 is not a port']],
    ['icmp 1.2.3.4:1 > 5.6.7.8', ['6-15 packet-port: 1 is not a port [this protocol has no ports]']],
    ['tcp 1.2.3.4:1 > [::1]:2', ['17-24 packet-families']],
    ['tcp 1.2.3.4:1 5.6.7.8:2', ['15-24 packet-incomplete']],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 syn ttl 256 in eth0', ['35-38 packet-value: ttl wants a number from 0 to 255, not 256']],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 tll 5 in eth0', ['27-30 packet-word: tll is no word of a packet [did you mean ttl?]']],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in eth0 local', ['27-29 packet-conflict']],
    ['tcp 1.2.3.4:1 > 5.6.7.8:2 in a in b', ['32-34 packet-repeated']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 syn', ['27-30 packet-conflict']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 in e uid 5', ['32-35 packet-conflict']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 local uid root', ['37-41 packet-value']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 out eth1', ['27-30 packet-word']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 in', ['29-30 packet-incomplete: the packet ends where the value of in should stand']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 fragment 12', ['36-38 packet-value']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 length 19', ['27-33 packet-value']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 time tomorrow', ['32-40 packet-value']],
    ['icmp ::1 > ::2', ['1-5 packet-families']],
    ['udp 1.2.3.4:1 > 5.6.7.8:2 ttl 300 tos 300', ['31-34 packet-value', '39-42 packet-value']],
  ])('%s', (text, expected) => {
    const found = errors(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]?.startsWith(start), found[index]).toBe(true);
    expect(parseWords(text).value).toBeUndefined();
  });

  test('any text gives a packet or an error, never an exception', () => {
    const piece = fc.constantFrom('tcp', 'udp', 'icmp', '1.2.3.4', '1.2.3.4:5', '::1', '[::1]:5', '>', 'syn', 'in', 'eth0', 'local', 'ttl', '5', 'forward', 'out', 'fragment', 'first', 'length', '20', 'payload', 'aa', '', 'constructor', '__proto__', 'toString');
    fc.assert(fc.property(fc.array(fc.oneof(piece, piece, fc.string({ maxLength: 4 })), { maxLength: 12 }), (words) => {
      const { value, diagnostics } = parseWords(words.join(' '));
      expect(value === undefined).toBe(diagnostics.some((one) => one.severity === 'error'));
    }), { numRuns: 2000 });
  });
});

describe('describing', () => {
  const address4 = fc.constantFrom('10.0.0.5', '203.0.113.9', '255.255.255.255');
  const address6 = fc.constantFrom('2001:db8::5', 'ff02::1', '::1', '2001:db8:0:0:1::9');
  const port = fc.nat(65535);
  const data = fc.uint8Array({ maxLength: 20 });
  const transport = fc.oneof(
    fc.record({ kind: fc.constant('tcp' as const), sourcePort: port, destinationPort: port, flags: fc.nat(255), data, options: fc.constantFrom(new Uint8Array(), Uint8Array.of(2, 4, 5, 180), Uint8Array.of(4, 2, 1, 1, 2, 4, 5, 180)) }),
    fc.record({ kind: fc.constant('udp' as const), sourcePort: port, destinationPort: port, data }),
    fc.record({ kind: fc.constant('icmp' as const), type: fc.nat(255), code: fc.nat(255), data }),
    fc.record({ kind: fc.constant('esp' as const), spi: fc.nat(0xffffffff), data }),
    fc.record({ kind: fc.constant('raw' as const), protocol: fc.constantFrom(2, 89, 200), data }),
  );
  const spec: fc.Arbitrary<PacketSpec> = fc.constantFrom(4 as const, 6 as const).chain((family) => fc.record({
    family: fc.constant(family), source: family === 4 ? address4 : address6, destination: family === 4 ? address4 : address6, transport, ttl: fc.nat(255), tos: fc.nat(255),
  }));

  test('words read back are the packet described', () => {
    fc.assert(fc.property(spec, (one) => {
      const packet = buildPacket(one);
      const words = describePacket(packet);
      const again = parseWords(words);
      expect(again.diagnostics.filter((diagnostic) => diagnostic.severity === 'error'), words).toEqual([]);
      expect(toHex(again.value?.bytes ?? new Uint8Array()), words).toBe(toHex(packet));
    }), { numRuns: 500 });
  });

  test('cut headers and fragments', () => {
    const tcp = { kind: 'tcp', sourcePort: 1, destinationPort: 2, flags: 2 } as const;
    expect(describePacket(buildPacket({ family: 4, source: '1.2.3.4', destination: '5.6.7.8', transport: tcp, truncate: 7 }))).toBe('tcp 1.2.3.4:1 > 5.6.7.8:2 length 27');
    expect(describePacket(buildPacket({ family: 4, source: '1.2.3.4', destination: '5.6.7.8', transport: { kind: 'raw', protocol: 17, data: Uint8Array.of(1, 2) }, fragment: { offset: 2, more: false } }))).toBe('udp 1.2.3.4 > 5.6.7.8 fragment 16 payload 0102');
    expect(describePacket(buildPacket({ family: 6, source: '::1', destination: '::2', extensions: [{ kind: 'hop-by-hop' }], transport: { ...tcp, checksum: 'wrong' } }))).toBe('tcp [::1]:1 > [::2]:2 syn (hop-by-hop options, wrong checksum)');
    expect(describePacket(Uint8Array.of(0x45))).toBe('1 byte that is no IP packet');
  });

  test('where it comes from', () => {
    for (const words of ['tcp 1.2.3.4:1 > 5.6.7.8:2 syn in eth0 mark 0x10 state NEW', 'udp 1.2.3.4:1 > 5.6.7.8:2 local uid 5 gid 6', 'esp 1.2.3.4 > 5.6.7.8 spi 7 in e forward out f']) {
      const { value } = parseWords(words);
      expect(value && describePacket(value)).toBe(words);
    }
  });
});
