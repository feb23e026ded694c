import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { PacketInput } from '../../src/ir/index.js';
import type { TransportSpec } from '../../src/packet/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { available, comparable, withHost } from './index.js';
import { bytesOf, fromRouter, toRouter, wire, world } from './world.js';

/** States become marks, so that they show. */
const rules = `*mangle
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -m conntrack --ctstate NEW -j MARK --set-mark 1
-A PREROUTING -m conntrack --ctstate ESTABLISHED -j MARK --set-mark 2
-A PREROUTING -m conntrack --ctstate RELATED -j MARK --set-mark 3
-A PREROUTING -m conntrack --ctstate INVALID -j MARK --set-mark 4
-A PREROUTING -m conntrack --ctdir REPLY -j MARK --or-mark 0x10
-A PREROUTING -m connmark --mark 7 -j MARK --or-mark 0x20
-A OUTPUT -m conntrack --ctstate NEW -j MARK --set-mark 1
-A OUTPUT -m conntrack --ctstate ESTABLISHED -j MARK --set-mark 2
-A OUTPUT -m connmark --mark 7 -j MARK --or-mark 0x20
-A PREROUTING -p udp --dport 7 -j CONNMARK --set-mark 7
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p udp --dport 99 -j DNAT --to-destination 10.0.1.7:53
-A POSTROUTING -o eth2 -j MASQUERADE
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -p udp --dport 666 -j DROP
-A INPUT -p udp --dport 667 -j REJECT
COMMIT
`;

const udp = (sourcePort: number, destinationPort: number): TransportSpec => ({ kind: 'udp', sourcePort, destinationPort });
const tcp = (sourcePort: number, destinationPort: number, flags: number, sequence: number, acknowledgement: number): TransportSpec => ({ kind: 'tcp', sourcePort, destinationPort, flags, sequence, acknowledgement });
const echo = (type: number): TransportSpec => ({ kind: 'icmp', type, code: 0, rest: 0x00070001 });
const back = (transport: TransportSpec, source = '10.0.1.7', destination = '10.0.0.5', inInterface = 'eth1'): PacketInput => wire(bytesOf(transport, { source, destination }), { inInterface });
const about = (bytes: Uint8Array): TransportSpec => ({ kind: 'icmp', type: 3, code: 3, rest: 0, data: bytes.subarray(0, 28) });

const sequences: Readonly<Record<string, readonly PacketInput[]>> = {
  'an answer to what this host sent': [fromRouter(udp(1, 2)), toRouter(udp(2, 1)), fromRouter(udp(1, 2)), toRouter(udp(2, 3))],
  'both directions of what is forwarded': [wire(bytesOf(udp(5, 6))), wire(bytesOf(udp(5, 6))), back(udp(6, 5)), wire(bytesOf(udp(5, 6))), back(udp(7, 5))],
  'a TCP handshake': [wire(bytesOf(tcp(9, 10, 2, 1000, 0))), back(tcp(10, 9, 0x12, 5000, 1001)), wire(bytesOf(tcp(9, 10, 0x10, 1001, 5001))), back(tcp(10, 9, 0x18, 5001, 1001)), back(tcp(10, 9, 0, 5001, 1001)), wire(bytesOf(tcp(9, 10, 0x11, 1001, 5001)))],
  'TCP picked up in the middle': [wire(bytesOf(tcp(9, 10, 0x10, 1001, 5001))), back(tcp(10, 9, 0x10, 5001, 1001)), wire(bytesOf(tcp(9, 10, 0x18, 1001, 5001))), back(tcp(10, 9, 0x04, 5001, 1001))],
  'echoes': [fromRouter(echo(8)), toRouter(echo(0)), toRouter(echo(8)), wire(bytesOf(echo(8))), back(echo(0)), back(echo(0))],
  'an error about a packet': [wire(bytesOf(udp(5, 6))), back(about(bytesOf(udp(5, 6)))), back(about(bytesOf(udp(5, 7)))), back(about(bytesOf(udp(5, 6))), '10.0.1.9'), back(about(bytesOf(udp(5, 6))), '10.0.1.7', '10.0.0.6'), fromRouter(udp(1, 2)), toRouter(about(fromRouter(udp(1, 2)).bytes))],
  'a mark of the connection': [toRouter(udp(5, 7)), fromRouter(udp(7, 5)), toRouter(udp(5, 7))],
  'no connection through a closed door': [toRouter(udp(5, 666)), fromRouter(udp(666, 5)), toRouter(udp(5, 667)), fromRouter(udp(667, 5))],
  'a translated destination': [wire(bytesOf(udp(5, 99), { destination: '10.0.0.1' })), back(udp(53, 5)), wire(bytesOf(udp(5, 99), { destination: '10.0.0.1' }))],
  'a translated source': [wire(bytesOf(udp(5, 6), { destination: '203.0.113.9' })), back(udp(6, 5), '203.0.113.9', '10.0.2.1', 'eth2'), wire(bytesOf(udp(5, 6), { destination: '203.0.113.9' }))],
  'to itself': [fromRouter(udp(7, 8), {}, { destination: '10.0.0.1' }), fromRouter(udp(8, 7), {}, { source: '10.0.0.1', destination: '10.0.0.1' })],
};

describe.skipIf(!available().ok)('a sequence of packets finds the connections of those before, in the kernel and in the emulated stack', () => {
  it.each(Object.entries(sequences))('%s', async (_, packets) => {
    const { judge } = createInterpreter({ rulesets: [parse(rules, { file: '-' }).value], sets: [] }, { topology: world, sequence: true, loopback: true });
    const outcomes = await withHost(world, async (host) => {
      await host.loadLegacy(4, rules);
      return host.judge(packets);
    }, { connectionsLast: true });
    expect(packets.map((packet) => comparable(judge(packet)))).toEqual(outcomes.map(comparable));
    expect(new Set(outcomes.map(({ verdict, mark }) => `${verdict} ${mark}`)).size).toBeGreaterThan(1);
  });
});
