import type { Family, Outcome, PacketInput, Topology } from '../ir/index.js';
import { admit } from './admission.js';
import { destinationOf, read16, read32, read8, sourceOf, write16, writeAddress } from './bytes.js';
import { fixHeaderChecksum } from './checksum.js';
import { createConnectionTable } from './conntrack/connections.js';
import type { HostView, LivePacket, RuleEngine } from './engine.js';
import { flatNetwork } from './flat.js';
import { gather } from './fragments.js';
import { cross, forward, leave, passHook, sendError } from './journey.js';
import { createNetwork } from './network.js';
import { hasOptions4, readOptions4, type Options4 } from './options4.js';
import { demultiplex } from './sockets.js';
import { millisecondsOf, outcome, traveller, type End, type Journey, type Traveller } from './traveller.js';

export interface HostOptions {
  /** One per family at most; a family without one has no rules at all. */
  readonly engines: readonly RuleEngine[];
  /** Without it every destination is local unless the packet says where it is forwarded to. */
  readonly topology?: Topology;
  /** Packets follow one another: rate and counter state stays between them. Otherwise each is judged as if it were alone. */
  readonly sequence?: boolean;
  /** What this host sends to itself goes on to PREROUTING and INPUT of `lo`; otherwise it counts as sent when it leaves POSTROUTING. */
  readonly loopback?: boolean;
}

/** A host that judges packets: the kernel around the rules. */
export interface Host {
  judge(input: PacketInput): Outcome;
  /** Forgets connections, rates and counters. */
  reset(): void;
}

export function createHost(options: HostOptions): Host {
  const engines = new Map<Family, RuleEngine>(options.engines.map((engine) => [engine.family, engine]));
  const network = options.topology && createNetwork(options.topology);
  const connections = createConnectionTable();
  const reset = (): void => {
    connections.reset();
    for (const engine of engines.values()) engine.reset();
  };

  const journeyOf = (input: PacketInput, family: Family): Journey => {
    const flat = network ?? flatNetwork({ destination: destinationOf(input.bytes, family), ...(input.inInterface === undefined ? {} : { inInterface: input.inInterface }), ...(input.forwardTo === undefined ? {} : { forwardTo: input.forwardTo }) });
    const host: HostView = {
      addressType: flat.addressType,
      pathMtu: (of, address) => flat.wayTo(of, address)?.mtu,
      groupOf: flat.groupOf,
      ...(options.topology?.sockets === undefined ? {} : { sockets: options.topology.sockets }),
      proxyAddress: flat.proxyAddress,
      wayBack: flat.wayBack,
    };
    return { family, engine: engines.get(family), network: flat, connections, input, host, path: [], replies: [], answering: false };
  };

  return {
    reset,
    judge(input) {
      if (options.sequence !== true) reset();
      const version = read8(input.bytes, 0) >>> 4;
      if (version !== 4 && version !== 6) return { id: input.id, verdict: 'unseen', replies: [], path: [] };
      const journey = journeyOf(input, version);
      return input.origin === 'wire' ? fromWire(journey) : fromHere(journey, options.loopback === true);
    },
  };
}

function fromWire(journey: Journey): Outcome {
  const { input, family, network } = journey;
  const port = input.inInterface ?? 'eth0';
  const bridge = network.bridgeOf(port);
  const device = bridge?.name ?? port;
  // A bridge answers to the addresses of its ports too.
  const addressed = linkType(journey, bridge === undefined ? [port] : [bridge.name, port, ...bridge.others]);
  const admission = admit(input.bytes);
  if (addressed === undefined && bridge === undefined) return outcome(journey, undefined, undefined);
  const packetType = addressed ?? 'unicast';
  if (admission.kind === 'unseen') {
    const { problem } = admission;
    if (problem !== undefined && addressed !== undefined) sendError(journey, traveller(journey, problem.bytes, { mark: 0, inInterface: device, packetType, cast: 'unicast' }), 4, problem.code, problem.pointer);
    return outcome(journey, undefined, undefined);
  }
  const { bytes } = admission;
  const packet = traveller(journey, bytes, { mark: input.mark ?? 0, inInterface: device, packetType, cast: 'unicast' });
  if (bridge !== undefined) packet.ports = { in: port };
  const early = passHook(journey, packet, 'PREROUTING');
  if (early !== undefined) return outcome(journey, early, undefined);
  if (bridge !== undefined && addressed === undefined) return outcome(journey, cross(journey, packet, bridge), { verdict: 'forward', packet, out: device });
  packet.attached ??= demultiplex(packet, journey.host.sockets);

  const arrival = network.arrival(family, { name: device, link: input.ethernet !== undefined }, sourceOf(packet.bytes, family), destinationOf(packet.bytes, family));
  packet.cast = arrival.kind === 'local' ? arrival.cast : 'unicast';
  if (family === 4 && (arrival.kind !== 'lost' || arrival.answer !== undefined) && hasOptions4(packet.bytes)) packet.options = readOptions(journey, packet);
  const { options } = packet;
  if (options?.fault !== undefined || options?.sourceRoute === true) {
    if (options.fault !== undefined) sendError(journey, packet, 12, 0, options.fault * 0x1000000);
    return outcome(journey, { verdict: 'lost', stage: 'PREROUTING' }, undefined);
  }
  if (arrival.kind === 'forward') {
    const end = forward(journey, packet, arrival.way);
    return outcome(journey, end, { verdict: 'forward', packet, ...(packet.outInterface === undefined ? {} : { out: packet.outInterface }) });
  }
  if (arrival.kind === 'lost') {
    if (arrival.answer !== undefined) {
      const [type, code] = noWay[family][arrival.answer];
      sendError(journey, packet, type, code);
    }
    return outcome(journey, { verdict: 'lost', stage: 'PREROUTING' }, undefined);
  }
  // IPv4 is put together before INPUT, IPv6 only after it.
  if (family === 4 && gather(packet.bytes, 4).kind === 'held') return outcome(journey, { verdict: 'held', stage: 'PREROUTING' }, undefined);
  return outcome(journey, passHook(journey, packet, 'INPUT'), { verdict: 'input', packet });
}

function readOptions({ network }: Journey, packet: Traveller): Options4 {
  const [source, destination] = [sourceOf(packet.bytes, 4), destinationOf(packet.bytes, 4)];
  return readOptions4(packet.bytes, {
    address: network.answerSource(4, source, destination, undefined) ?? 0n,
    time: millisecondsOf(packet.time),
    isUnicast: (address) => network.addressType(4, address) === 'UNICAST',
  });
}

/** ICMP type and code of a destination without a way. */
const noWay = {
  4: { 'no-route': [3, 0], 'host-unreachable': [3, 1], prohibited: [3, 13] },
  6: { 'no-route': [1, 0], 'host-unreachable': [1, 0], prohibited: [1, 1] },
} as const;

/** How the link layer addressed the frame; undefined when it is for somebody else. */
function linkType({ input, network }: Journey, devices: readonly string[]): LivePacket['packetType'] | undefined {
  const { ethernet, packetType } = input;
  if (packetType !== undefined) return packetType;
  if (ethernet === undefined || ethernet.length < 12) return 'unicast';
  const to = read32(ethernet, 0) * 0x10000 + read16(ethernet, 4);
  if (to === 0xffff_ffff_ffff) return 'broadcast';
  if ((read8(ethernet, 0) & 1) !== 0) return 'multicast';
  const mine = devices.map((device) => network.macOf(device));
  return mine[0] === undefined || mine.includes(to) ? 'unicast' : undefined;
}

function fromHere(journey: Journey, loopback: boolean): Outcome {
  const { input, family, network } = journey;
  const bytes = prepared(input.bytes, family, network);
  const way = bytes && network.wayTo(family, destinationOf(bytes, family));
  if (bytes === undefined || way === undefined || bytes.length > way.mtu) return outcome(journey, undefined, undefined);
  const packet = traveller(journey, bytes, { mark: input.mark ?? 0, outInterface: way.device, packetType: 'unicast', cast: way.cast, socket: 'process', uid: input.uid ?? 0, gid: input.gid ?? 0, ...(input.groups && { groups: input.groups }) });
  const end = leave(journey, packet, way);
  const out = packet.outInterface ?? way.device;
  if (end !== undefined || !loopback || out !== 'lo') return outcome(journey, end, { verdict: 'output', packet, out });
  return outcome(journey, looped(journey, packet), { verdict: 'input', packet, out });
}

/** What left by `lo` comes in by it, with its mark and its connection. */
function looped(journey: Journey, packet: Traveller): End | undefined {
  delete packet.outInterface;
  packet.inInterface = 'lo';
  const early = passHook(journey, packet, 'PREROUTING');
  if (early !== undefined) return early;
  if (journey.family === 4 && gather(packet.bytes, 4).kind === 'held') return { verdict: 'held', stage: 'PREROUTING' };
  return passHook(journey, packet, 'INPUT');
}

/** A raw socket fills in the IPv4 length and checksum, and a source where there is none. */
function prepared(bytes: Uint8Array, family: Family, network: Journey['network']): Uint8Array | undefined {
  const out = bytes.slice();
  if (family === 6) return out.length < 40 ? undefined : out;
  const header = (read8(out, 0) & 15) * 4;
  if (out.length < 20 || header < 20 || header > out.length) return undefined;
  write16(out, 2, out.length);
  if (sourceOf(out, 4) === 0n) writeAddress(out, 12, 4, network.sourceTo(4, destinationOf(out, 4)) ?? 0n);
  fixHeaderChecksum(out);
  return out;
}
