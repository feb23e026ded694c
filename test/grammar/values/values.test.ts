import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, formatMask, parseCoreAddress, parseHost, parseHostMask, parseMask } from '../../../grammar/values/address.js';
import { formatMac, parseMac } from '../../../grammar/values/mac.js';
import { formatMasked, parseMasked } from '../../../grammar/values/mask.js';
import { parseUnsigned, scanUnsigned } from '../../../grammar/values/number.js';
import { parsePort, parseResolvedPort } from '../../../grammar/values/port.js';
import { formatProtocol, parseProtocol } from '../../../grammar/values/protocol.js';
import { quote, quoteIfNeeded } from '../../../grammar/values/quote.js';
import { formatRate, leadingInteger, parseRate } from '../../../grammar/values/rate.js';
import { part, parts } from '../../../grammar/values/reporter.js';

/** Every expectation was seen from iptables 1.8.9. */
describe('numbers as strtoul reads them', () => {
  test.each<[string, bigint, number]>([
    ['10', 10n, 2], ['010', 8n, 3], ['0x1F', 31n, 4], ['08', 0n, 1], ['0x', 0n, 1], [' +5', 5n, 3], ['5x', 5n, 1], ['18446744073709551615', (1n << 64n) - 1n, 20],
  ])('%s', (text, value, end) => {
    expect(scanUnsigned(text)).toEqual({ value, end });
  });

  test.each(['', '-5', 'x', ' -5', '18446744073709551616'])('%s is none', (text) => {
    expect(scanUnsigned(text)).toBeUndefined();
  });

  test('bounds are inclusive', () => {
    expect([parseUnsigned('255', 255), parseUnsigned('256', 255), parseUnsigned('1', 9, 1), parseUnsigned('0', 9, 1)]).toEqual([255, undefined, 1, undefined]);
  });
});

describe('addresses', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['10.1', '10.1.0.0', '10.0.0.1'],
    ['10.1.2', '10.1.2.0', '10.1.0.2'],
    ['0x0a000001', '10.0.0.1', '10.0.0.1'],
    ['300', '0.0.1.44', '0.0.1.44'],
    ['010.1.2.3', '8.1.2.3', '8.1.2.3'],
    ['1.2.3.256', undefined, undefined],
    ['08.1.2.3', undefined, undefined],
    ['0xffffffffff', undefined, undefined],
    ['', undefined, undefined],
    ['1.2.3.4 ', undefined, undefined],
  ])('IPv4 %s, of -s and of other options', (text, core, host) => {
    const show = (address: bigint | undefined): string | undefined => (address === undefined ? undefined : formatAddress(4, address));
    expect([show(parseCoreAddress(4, text)), show(parseHost(4, text))]).toEqual([core, host]);
  });

  test.each<[string, string]>([
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'], ['1::2:3:4:5:6:7', '1:0:2:3:4:5:6:7'], ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['0:0:0:1::', '0:0:0:1::'], ['::1:2', '::0.1.0.2'], ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'], ['::', '::'], ['::1', '::1'],
    ['FE80::1', 'fe80::1'], ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ])('IPv6 %s', (text, canonical) => {
    const address = parseHost(6, text);
    expect(address === undefined ? undefined : formatAddress(6, address)).toBe(canonical);
  });

  test.each(['00001::', '1::2::3', ':::', ':1', '1:', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::01.2.3.4', '1.2.3.4::', 'g::'])('IPv6 %s is none', (text) => {
    expect(parseHost(6, text)).toBeUndefined();
  });

  test('IPv6 text comes back', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (address) => parseHost(6, formatAddress(6, address)) === address));
  });

  test('masks: lengths in any base, addresses, ones that do not lead', () => {
    const show = (mask: bigint | undefined): string | undefined => (mask === undefined ? undefined : formatMask(4, mask));
    expect(['24', '0x10', '033', '+8', '255.255.0.0', '255.0.255.0', '255.255', '33', ''].map((text) => show(parseMask(4, text)))).toEqual(
      ['/24', '/16', '/27', '/8', '/16', '/255.0.255.0', undefined, undefined, undefined],
    );
    // Options of type host/mask lose such masks on the way to the kernel.
    expect(['255.255.0.0', '255.0.255.0', '33'].map((text) => show(parseHostMask(4, text)))).toEqual(['/16', '/32', '/32']);
  });
});

describe('ports', () => {
  test.each<[string, string | undefined, number | undefined]>([
    ['010', 'tcp', 8], ['0x11', 'tcp', 17], ['domain', 'tcp', 53], ['ntp', 'udp', 123], ['ntp', 'tcp', undefined], ['amqp', 'sctp', 5672],
    ['domain', 'sctp', undefined], ['www', 'tcp', 80], ['65536', 'tcp', undefined], ['-1', 'tcp', undefined], ['HTTP', 'tcp', undefined], ['ftp-data', undefined, 20],
  ])('%s of %s', (text, transport, port) => {
    expect(parsePort(text, transport)).toBe(port);
  });

  test.each<[string, number | undefined]>([
    ['010', 10], ['70000', 4464], ['4294967301', 5], ['3000000000', undefined], ['99999999999999999999999', undefined], ['+5', 5], ['-5', undefined],
    ['0x10', undefined], ['amqp', 5672], ['ntp', 123], ['5 ', undefined],
  ])('%s as the C library resolves it', (text, port) => {
    expect(parseResolvedPort(text)).toBe(port);
  });
});

test('protocols by number, by the system\'s names and by iptables\' own', () => {
  expect(['6', '0x11', 'tcp', 'IP', 'icmpv6', 'mh', 'all', 'ospf', 'OSPFIGP', 'ospfigp', '256', '-1'].map(parseProtocol)).toEqual(
    [6, 17, 6, 0, 58, 135, 0, 89, 89, undefined, undefined, undefined],
  );
  expect([4, 6, 7, 58, 89, 132, 135, 255].map(formatProtocol)).toEqual(['ipencap', 'tcp', '7', 'ipv6-icmp', 'ospf', 'sctp', 'mobility-header', '255']);
});

test('MAC addresses part by part', () => {
  expect([':::::', '1:2:3:4:5:f', '0A:0b:0c:0d:0e:0f'].map(parseMac)).toEqual([0, 0x01020304050f, 0x0a0b0c0d0e0f]);
  expect(['1:2:3:4:5', '001:2:3:4:5:6', '0x:2:3:4:5:6', '00-11-22-33-44-55', '1:2:3:4:5:g', ''].map(parseMac)).toEqual(Array(6).fill(undefined));
  expect(formatMac(0x01020304050f)).toBe('01:02:03:04:05:0f');
});

test('values under masks', () => {
  expect(['1/2', '1', '1/0xffffffff', '0xffffffff'].map((text) => parseMasked(text)).map((masked) => (masked === undefined ? masked : formatMasked(masked)))).toEqual(
    ['0x1/0x2', '0x1', '0x1', '0xffffffff'],
  );
  expect(['1/', '/1', '4294967296', '-1', '1/2/3', '1/4294967296', ''].map((text) => parseMasked(text))).toEqual(Array(7).fill(undefined));
});

test('quotes only where iptables-save has them', () => {
  expect(['abc-_9', '', 'a b', `a'b"c\\d`, 'a.b'].map(quote)).toEqual(['abc-_9', '""', '"a b"', `"a\\'b\\"c\\\\d"`, '"a.b"']);
  expect(['a.b', 'a b', '', 'a"b'].map(quoteIfNeeded)).toEqual(['a.b', '"a b"', '""', '"a\\"b"']);
});

test('rates', () => {
  expect(parseRate('5/mi')).toEqual({ count: 5n, seconds: 60 });
  expect(parseRate('5')).toEqual({ count: 5n, seconds: 1 });
  expect([parseRate('5/'), parseRate('5/mins'), parseRate('5/week')]).toEqual([undefined, undefined, undefined]);
  expect(['5x', 'x', '-5', '99999999999999999999'].map(leadingInteger)).toEqual([5n, 0n, -5n, (1n << 63n) - 1n]);
  expect([1n, 10_000n, 12_000_000n, 864_000_000n, 1_801n, 6_666n].map((interval) => formatRate(interval, 10_000n).text)).toEqual(
    ['10000/sec', '1/sec', '3/hour', '1/day', '333/min', '90/min'],
  );
  // iptables-save prints 1201/min, which it reads as 499, as 20/sec, which is 500.
  expect(formatRate(499n, 10_000n)).toEqual({ text: '1202/min', seconds: 60, lossy: true });
  expect(formatRate(500n, 10_000n)).toEqual({ text: '20/sec', seconds: 1, lossy: false });
});

test('what a rate is stored as is printed as a rate that is stored so', () => {
  const stored = (count: bigint, seconds: number, scale: bigint): bigint => (BigInt(seconds) * scale) / count;
  fc.assert(fc.property(fc.constantFrom(1, 60, 3_600, 86_400), fc.bigInt(1n, 2_000_000n), fc.constantFrom(10_000n, 1_000_000n), (seconds, count, scale) => {
    const interval = stored(count, seconds, scale);
    if (interval === 0n) return;
    const again = parseRate(formatRate(interval, scale).text);
    expect(again && stored(again.count, again.seconds, scale)).toBe(interval);
  }), { numRuns: 2_000 });
});

describe('parts of words know their columns', () => {
  test('as long as no quotes hide them', () => {
    expect(parts({ text: 'ab,c', column: 10, endColumn: 14 }, ',')).toEqual([
      { text: 'ab', column: 10, endColumn: 12 },
      { text: 'c', column: 13, endColumn: 14 },
    ]);
    expect(part({ text: 'ab,c', column: 10, endColumn: 16 }, 3)).toEqual({ text: 'c', column: 10, endColumn: 16 });
    expect(part({ text: 'ab,', column: 10, endColumn: 13 }, 3)).toEqual({ text: '', column: 10, endColumn: 13 });
  });
});
