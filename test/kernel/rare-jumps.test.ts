import { describe, expect, test } from 'vitest';
import type { Family, PacketInput } from '../../src/ir/index.js';
import { fromHex, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { interpret } from '../interpreter/judging.js';
import { available } from './available.js';
import { comparable } from './compare.js';
import { withHost } from './host.js';
import { bytesOf, toRouter, udp, wire, world } from './world.js';

const hex = (text: string): Uint8Array => fromHex(text.replace(/ /g, '')) ?? new Uint8Array();
const tcp = (options: string, more: Partial<Extract<TransportSpec, { kind: 'tcp' }>> = {}): TransportSpec => ({ kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: 2, sequence: 1000, options: hex(options), ...more });
const numbered = (packets: readonly Uint8Array[]): readonly PacketInput[] => packets.map((bytes, index) => wire(bytes, { id: String(index) }));

const stripped = ['', '020405b4', '020405b4 0402 080a 00000001 00000002 01 030307', '01 0402 020405b4 01', '0500', '0503', '0201', '02', '01 00 020405b4', '00000000 020405b4', '0508 01020304 0506', '05ff', '1312' + '00'.repeat(16), '0401010101', '01020405b4'];
const streams = (family: Family): readonly PacketInput[] => {
  const make = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => bytesOf(transport, { family, ...spec });
  return numbered([
    ...stripped.map((options) => make(tcp(options))), ...stripped.map((options) => make(tcp(options, { data: hex('01020405b4'), checksum: 'wrong' }))),
    ...[0, 4, 5, 6, 15].map((dataOffset) => make(tcp('020405b4', { dataOffset, data: new Uint8Array(9) }))), make(tcp('020405b4'), { truncate: 22 }), make(tcp('020405b4'), { truncate: 19 }),
    make(tcp('020405b4', { data: new Uint8Array(8) }), { fragment: { offset: 0, more: true } }), make({ kind: 'raw', protocol: 6, data: new Uint8Array(32) }, { fragment: { offset: 3, more: false } }), make(udp),
    ...[0x2, 0x42, 0x82, 0xc2, 0xff].map((flags) => make(tcp('', { flags, reserved: 5 }))), ...[0, 1, 2, 3, 0xff].map((tos) => make(tcp(''), { tos })), make(udp, { tos: 3 }),
  ]);
};

/** Without one whose last four words are all ones: the kernel answers such a packet, which is not modelled. */
const addresses = ['2001:db8:1::7', '2001:db8:1:ffff:1::7', '2001:db8:1:0:ffff::7', '2001:db8:1:0:ffff:ffff:0:7', '2001:db8:1:2:ffff:ffff:ffff:0', '2001:db8:1:0:0:ffff:1:2', '2001:db8:1:8000::1'];
const prefixed = numbered([...addresses.map((destination) => bytesOf(udp, { family: 6, destination })), ...addresses.map((destination) => bytesOf(tcp(''), { family: 6, destination }))]);
const sourced = [
  ...['2001:db8::5', '2001:db8::ffff:ffff:0:5', '2001:db8:0:0:8000::1'].map((source, index) => wire(bytesOf(udp, { family: 6, source }), { id: String(index) })),
  toRouter(udp, { family: 6 }),
];

/** Both directions of flows, protocols with and without ports, what ICMP errors quote. */
function flows(family: Family): readonly PacketInput[] {
  const [near, far] = family === 4 ? ['10.0.0.5', '10.0.1.7'] : ['2001:db8::5', '2001:db8:1::7'];
  const make = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => bytesOf(transport, { family, source: near, destination: far, ...spec });
  const error = (type: number, quoted: Uint8Array): TransportSpec => ({ kind: 'icmp', type, code: 0, data: quoted } as TransportSpec);
  const quoted = make(tcp(''), { source: far, destination: near });
  return numbered([
    ...[1, 1000, 40000, 65535].flatMap((sourcePort) => [53, 80, 5000].map((destinationPort) => make({ ...udp, sourcePort, destinationPort } as TransportSpec))),
    ...['10.0.0.77', '192.0.2.9', '203.0.113.200'].map((source) => (family === 4 ? make(tcp(''), { source }) : make(tcp(''), { source: `2001:db8:0:${source.length}::${source.slice(-1)}` }))),
    ...[47, 50, 51, 132, 136, 33, 108].map((protocol) => make({ kind: 'raw', protocol, data: hex('11223344 55667788 99aabbcc 00000000 00000000') })),
    ...(family === 4 ? [3, 5, 8, 11] : [1, 3, 128]).flatMap((type) => [make(error(type, quoted)), make(error(type, quoted.subarray(0, 20))), make(error(type, new Uint8Array(3)))]),
  ]);
}

const cases: readonly { readonly name: string; readonly family: Family; readonly packets: readonly PacketInput[]; readonly rules: readonly string[]; readonly table?: string }[] = [
  { name: 'ECN', family: 4, packets: streams(4), rules: [
    '-A PREROUTING -p tcp -j ECN --ecn-tcp-remove', '-A FORWARD -p tcp -j ECN --ecn-tcp-ece 1', '-A FORWARD -p tcp -j ECN --ecn-tcp-cwr 1 --ecn-ip-ect 2', '-A FORWARD -p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 1', '-A FORWARD -j ECN --ecn-ip-ect 0', '-A FORWARD -j ECN --ecn-ip-ect 3' ] },
  ...([4, 6] as const).map((family) => ({ name: `TCPOPTSTRIP, IPv${family}`, family, packets: streams(family), rules: [
    '-A PREROUTING -p tcp -j TCPOPTSTRIP', '-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options mss', '-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options 4,5,8', '-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options 2,3,19,254' ] })),
  { name: 'DNPT', family: 6, packets: prefixed, rules: [
    '-A PREROUTING -j DNPT --src-pfx 2001:db8:1::/48 --dst-pfx 2001:db8:2::/48', '-A PREROUTING -j DNPT --src-pfx 2001:db8:1::/64 --dst-pfx 2001:db8:2:7::/64', '-A PREROUTING -j DNPT --src-pfx 2001:db8:1::/56 --dst-pfx 2001:db8:2::/52',
    '-A PREROUTING -j DNPT --src-pfx 2001:db8::/33 --dst-pfx fd00::/10', '-A PREROUTING -j DNPT --src-pfx 2001:db8:ffff::/48 --dst-pfx 2001:db8:ffff::/48', '-A PREROUTING -j DNPT --src-pfx 8000::/1 --dst-pfx 2001:db8::/64' ] },
  { name: 'SNPT', family: 6, packets: [...sourced, ...prefixed], rules: [
    '-A POSTROUTING -j SNPT --src-pfx 2001:db8::/48 --dst-pfx 2001:db8:77::/48', '-A POSTROUTING -j SNPT --src-pfx 2001:db8::/64 --dst-pfx fd00:1:2:3::/64', '-A INPUT -j SNPT --src-pfx 2001:db8::/60 --dst-pfx fd00:1::/56' ] },
  ...([4, 6] as const).map((family) => ({ name: `HMARK, IPv${family}`, family, packets: [...streams(family), ...flows(family)], rules: [
    '-A FORWARD -j HMARK --hmark-src-prefix 32 --hmark-rnd 0x4 --hmark-mod 42', '-A FORWARD -j HMARK --hmark-tuple src,dst,sport,dport,proto --hmark-rnd 0xdeadbeef --hmark-mod 1000000 --hmark-offset 7',
    '-A FORWARD -j HMARK --hmark-src-prefix 1 --hmark-dst-prefix 2 --hmark-sport-mask 0x3 --hmark-dport-mask 0x4 --hmark-proto-mask 0x5 --hmark-rnd 0x4 --hmark-mod 42 --hmark-offset 1 --hmark-tuple ct',
    '-A FORWARD -j HMARK --hmark-tuple src,dst,spi,proto --hmark-rnd 1 --hmark-mod 4294967295', '-A FORWARD -j HMARK --hmark-spi-mask 0xff00ff --hmark-spi 0x1000000 --hmark-rnd 9 --hmark-mod 65536',
    '-A FORWARD -j HMARK --hmark-sport 5 --hmark-dport 0x8000 --hmark-dport-mask 0xff --hmark-rnd 9 --hmark-mod 65536',
    '-A FORWARD -m conntrack ! --ctstate DNAT -j HMARK --hmark-tuple ct,src,dst,sport,dport,proto --hmark-rnd 3 --hmark-mod 100000' ] })),
  { name: 'NFQUEUE and QUEUE, which nobody listens to', family: 4, packets: streams(4).slice(0, 3), rules: [
    '-A FORWARD -j NFQUEUE', '-A FORWARD -j NFQUEUE --queue-num 10 --queue-bypass', '-A FORWARD -j NFQUEUE --queue-balance 0:6 --queue-cpu-fanout --queue-bypass', '-A FORWARD -j NFQUEUE --queue-balance 1:3', '-A FORWARD -j QUEUE' ] },
  ...([4, 6] as const).map((family) => ({ name: `SYNPROXY, IPv${family}`, family, table: 'filter', packets: streams(family), rules: [
    '-A FORWARD -p tcp -j SYNPROXY --mss 536', '-A FORWARD -p tcp -m conntrack --ctstate INVALID -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460'] })),
  { name: 'CHECKSUM', family: 4, packets: streams(4), rules: ['-A POSTROUTING -j CHECKSUM --checksum-fill', '-A PREROUTING -p tcp -j CHECKSUM --checksum-fill'] },
  { name: 'those that let the packet go on', family: 4, packets: streams(4).slice(0, 3), rules: [
    '-A FORWARD -j AUDIT --type drop', '-A FORWARD -j CLASSIFY --set-class 1:2', '-A FORWARD -j CONNSECMARK --save', '-A FORWARD -j IDLETIMER --timeout 600 --label rare-jumps', '-A FORWARD -j RATEEST --rateest-name rare --rateest-interval 250ms --rateest-ewmalog 1s' ] },
];

describe.skipIf(!available().ok)('jumps that few rules name, the interpreter against the kernel', () => {
  test.each(cases)('$name', async ({ family, packets, rules, table = 'mangle' }) => {
    const wrong: unknown[] = [];
    await withHost(world, async (host) => {
      for (const rule of rules) {
        // A mark tells that the packet went on to the next rule.
        const text = `*${table}\n${rule}\n-A ${table === 'mangle' ? 'POSTROUTING' : 'FORWARD'} -j MARK --or-mark 0x1\n-A INPUT -j MARK --or-mark 0x2\nCOMMIT\n`;
        const told = interpret(family, text);
        const expected = packets.map((packet) => comparable(told.judge(packet)));
        await host.loadLegacy(family, text);
        // What SYNPROXY answers is a secret of the kernel's.
        const seen = (await host.judge(packets)).map((outcome) => comparable(rule.includes('SYNPROXY') && outcome.verdict === 'reject' ? { ...outcome, verdict: 'drop', replies: [] } : outcome));
        seen.forEach((one, at) => {
          if (one !== expected[at]) wrong.push({ rule, packet: at, seen: one, expected: expected[at] });
        });
      }
    });
    expect(wrong).toEqual([]);
  });
});
