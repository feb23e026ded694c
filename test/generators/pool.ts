import { addressBits, prefixMask, type AddressMask, type AddressRange, type Family, type InterfacePattern, type Topology } from '../../src/ir/index.js';
import { addressOf, parsePrefix } from '../../src/packet/index.js';

/** The small world that rules and packets draw from, so that they meet: three networks behind three interfaces. */
export const standardTopology: Topology = {
  ifaces: [
    { name: 'eth0', addr: ['10.0.0.1/24', '2001:db8:0:1::1/64'], mac: '02:00:00:00:00:01' },
    { name: 'eth1', addr: ['10.0.1.1/24', '2001:db8:1:1::1/64'], mac: '02:00:00:00:01:01', group: 5 },
    { name: 'eth2', addr: ['10.0.2.1/24', '2001:db8:2:1::1/64'], mac: '02:00:00:00:02:01' },
  ],
  routes: ['default dev eth2'],
  routes6: ['default dev eth2'],
};

/** Addresses that packets carry, per family: clients, servers, the host itself, the far side. */
export const hosts: { readonly [F in Family]: readonly bigint[] } = {
  4: ['10.0.0.5', '10.0.0.6', '10.0.0.130', '10.0.1.7', '10.0.1.200', '10.0.2.9', '203.0.113.9', '198.51.100.7', '10.0.0.1', '10.0.1.1', '10.0.2.1'].map(addressOf),
  6: ['2001:db8:0:1::5', '2001:db8:0:1::6', '2001:db8:0:1::8000:1', '2001:db8:1:1::7', '2001:db8:1:1::c8', '2001:db8:2:1::9', '2001:db8:9::9', '2001:db8:a::7', '2001:db8:0:1::1', '2001:db8:1:1::1', '2001:db8:2:1::1'].map(addressOf),
};

/** Prefixes that rules name. */
export const prefixes: { readonly [F in Family]: readonly AddressMask[] } = {
  4: ['10.0.0.0/24', '10.0.0.0/25', '10.0.0.4/30', '10.0.0.5/32', '10.0.1.0/24', '10.0.1.7/32', '10.0.0.0/8', '10.0.0.0/15', '10.0.2.0/24', '203.0.113.0/24', '128.0.0.0/1', '0.0.0.0/1', '10.0.0.1/32', '10.0.1.1/32']
    .map(prefixOf).concat([{ address: addressOf('10.0.0.5'), mask: addressOf('255.0.255.255') }]),
  6: ['2001:db8:0:1::/64', '2001:db8:0:1::/96', '2001:db8:0:1::4/126', '2001:db8:0:1::5/128', '2001:db8:1:1::/64', '2001:db8:1:1::7/128', '2001:db8::/32', '2001:db8::/47', '2001:db8:2:1::/64', '2001:db8:9::/48', '8000::/1', '::/1', '2001:db8:0:1::1/128', '2001:db8:1:1::1/128']
    .map(prefixOf).concat([{ address: addressOf('2001:db8::5'), mask: addressOf('ffff:ffff:0:0:ffff:ffff:ffff:ffff') }]),
};

export const addressRanges: { readonly [F in Family]: readonly AddressRange[] } = {
  4: [range('10.0.0.5', '10.0.0.6'), range('10.0.0.0', '10.0.1.7'), range('10.0.1.7', '10.0.1.7'), range('198.51.100.7', '203.0.113.9'), range('10.0.0.9', '10.0.0.1')],
  6: [range('2001:db8:0:1::5', '2001:db8:0:1::6'), range('2001:db8::', '2001:db8:1:1::7'), range('2001:db8:1:1::7', '2001:db8:1:1::7'), range('2001:db8:9::', '2001:db8:a::7'), range('2001:db8:0:1::9', '2001:db8:0:1::1')],
};

export const ports = [0, 1, 22, 53, 80, 443, 1023, 1024, 8080, 40000, 65534, 65535] as const;

export const interfaces: readonly InterfacePattern[] = [
  { name: 'eth0', prefix: false }, { name: 'eth1', prefix: false }, { name: 'eth2', prefix: false }, { name: 'eth', prefix: true }, { name: 'eth1', prefix: true }, { name: 'ppp', prefix: true }, { name: 'lo', prefix: false },
];

export const marks = [0, 1, 0x10, 0x11, 0xff, 0x8000_0000, 0xffff_ffff] as const;

/** Source MACs that frames carry and rules name. */
export const macs = [0x0200_0000_00aa, 0x0200_0000_00ab] as const;

export const chainNames = ['services', 'from-lan', 'LOGDROP', '1st', 'drop', 'tcp', 'DOCKER-USER', 'a@b', 'x,y', 'blocked', 'twenty-eight-bytes-long-name', '~under'] as const;

function prefixOf(text: string): AddressMask {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`not a prefix: ${text}`);
  const mask = prefixMask(parsed.family, parsed.length);
  return { address: parsed.address & mask, mask };
}

function range(min: string, max: string): AddressRange {
  return { min: addressOf(min), max: addressOf(max) };
}

/** The mask of a single address. */
export const hostMask = (family: Family): bigint => (1n << BigInt(addressBits(family))) - 1n;
