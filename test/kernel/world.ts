import type { PacketInput, Topology } from '../../src/ir/index.js';
import { buildPacket, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';

/** The small world of the semantics sheet: client 10.0.0.5 behind eth0, server 10.0.1.7 behind eth1, the rest behind eth2. */
export const world: Topology = {
  ifaces: [
    { name: 'eth0', addr: ['10.0.0.1/24', '2001:db8::1/64'] },
    { name: 'eth1', addr: ['10.0.1.1/24', '2001:db8:1::1/64'] },
    { name: 'eth2', addr: ['10.0.2.1/24', '2001:db8:2::1/64'] },
  ],
  routes: ['default via 10.0.2.254 dev eth2'],
  routes6: ['default via 2001:db8:2::fe dev eth2'],
};

const addresses = {
  4: { client: '10.0.0.5', server: '10.0.1.7', router: '10.0.0.1' },
  6: { client: '2001:db8::5', server: '2001:db8:1::7', router: '2001:db8::1' },
} as const;

export const udp: TransportSpec = { kind: 'udp', sourcePort: 1000, destinationPort: 53, data: Uint8Array.of(1, 2, 3, 4) };
export const syn: TransportSpec = { kind: 'tcp', sourcePort: 1000, destinationPort: 80, flags: 2, sequence: 1000, options: Uint8Array.of(2, 4, 5, 0xb4) };

/** A packet of that world as bytes: from the client to the server unless told otherwise. */
export const bytesOf = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): Uint8Array => {
  const family = spec.family ?? 4;
  return buildPacket({ family, source: addresses[family].client, destination: addresses[family].server, transport, ...spec });
};

/** Arrives on eth0 to be forwarded to eth1. */
export const wire = (bytes: Uint8Array, more: Partial<PacketInput> = {}): PacketInput => ({ id: 'p', origin: 'wire', inInterface: 'eth0', bytes, ...more });

/** To the router itself. */
export const toRouter = (transport: TransportSpec, spec: Partial<PacketSpec> = {}): PacketInput =>
  wire(bytesOf(transport, { destination: addresses[spec.family ?? 4].router, ...spec }));

/** From the router itself to the client. */
export const fromRouter = (transport: TransportSpec, more: Partial<PacketInput> = {}, spec: Partial<PacketSpec> = {}): PacketInput => {
  const { router, client } = addresses[spec.family ?? 4];
  return { id: 'p', origin: 'local', bytes: bytesOf(transport, { source: router, destination: client, ...spec }), ...more };
};
