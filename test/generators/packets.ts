import type { Family, PacketInput, Program } from '../../src/ir/index.js';
import { broadcastMac, buildPacket, dissect, ethernetHeader, fragmentsOf, fromHex, hasWrongChecksum, type ExtensionSpec, type PacketSpec, type TransportSpec } from '../../src/packet/index.js';
import { createRandom, probe, type Random } from '../../src/probe/index.js';
import { hosts, macs, marks, ports, standardTopology } from './pool.js';

export interface PacketOptions {
  /** Also fragments. True unless given. */
  readonly fragments?: boolean;
  /** Also transport headers cut short. True unless given. */
  readonly short?: boolean;
  /** Also wrong checksums and bad data offsets. True unless given. */
  readonly broken?: boolean;
  /** Also packets that a local process sends. True unless given. */
  readonly local?: boolean;
  /** Ethernet headers on the packets of the wire. False unless given. */
  readonly link?: boolean;
}

/** A packet from the same small world as the rules: plain or odd, on the wire or local. */
export function randomPacket(random: Random, family: Family, id: string, options: PacketOptions = {}): PacketInput {
  const local = (options.local ?? true) && random.chance(0.2);
  const bytes = random.chance(0.12) && (options.fragments ?? true) ? randomFragment(random, family, options) : buildPacket(randomSpec(random, family, options, local));
  const mark = random.chance(0.2) ? { mark: random.pick(marks) } : {};
  if (local) return { id, origin: 'local', bytes, ...mark, ...(random.chance(0.5) ? { uid: random.pick([0, 1000, 1001]), gid: random.pick([0, 1000]) } : {}) };
  const [inInterface, own] = random.pick([['eth0', 0x0200_0000_0001], ['eth0', 0x0200_0000_0001], ['eth1', 0x0200_0000_0101], ['eth2', 0x0200_0000_0201]] as const);
  const ethernet = options.link ? { ethernet: ethernetHeader({ source: random.pick(macs), destination: random.chance(0.8) ? own : broadcastMac, family }) } : {};
  return { id, origin: 'wire', inInterface, bytes, ...mark, ...ethernet };
}

const localStart: { readonly [F in Family]: number } = { 4: 8, 6: 8 };

function randomSpec(random: Random, family: Family, options: PacketOptions, local: boolean): PacketSpec {
  const own = hosts[family].slice(localStart[family]);
  const others = hosts[family].slice(0, localStart[family]);
  const transport = randomTransport(random, family, options.broken ?? true);
  return {
    family,
    source: random.pick(local ? own : others),
    destination: random.pick(random.chance(0.6) ? others : own),
    transport,
    ttl: random.pick([64, 64, 64, 1, 2, 63, 128, 255]),
    tos: random.pick([0, 0, 0, 0x10, 0xb8, 1, 3]),
    ...(random.chance(0.1) && (options.short ?? true) ? { truncate: random.below(24) } : {}),
    ...(family === 6 && random.chance(0.2) ? { extensions: randomExtensions(random, options) } : {}),
    ...(family === 4 && random.chance(0.1) ? { options: fromHex('94040000') ?? new Uint8Array() } : {}),
  };
}

function randomExtensions(random: Random, options: PacketOptions): readonly ExtensionSpec[] {
  const choices: readonly (readonly ExtensionSpec[])[] = [
    [{ kind: 'hop-by-hop' }], [{ kind: 'destination-options' }], [{ kind: 'ah', spi: random.pick([99, 100, 500, 501]) }], [{ kind: 'destination-options' }, { kind: 'ah', spi: 500 }],
    [{ kind: random.pick(['hop-by-hop', 'destination-options'] as const), options: bytes(random.pick(['050200000100', '01040000', '1e0c000000000000000000000000', '0504000000000100'])) }], [{ kind: 'hop-by-hop' }, { kind: 'destination-options' }], [routingHeader(random)], [{ kind: 'destination-options' }, routingHeader(random)],
    ...(options.fragments ?? true ? [[{ kind: 'fragment', offset: 0, more: false, id: random.pick([42, 5, random.bits()]), ...(random.chance(0.2) ? { reserved: 4 } : {}) }] as const] : []),
  ];
  return random.pick(choices);
}

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

/** Of type 0, 2 and 4, with no, one or two addresses that rules name. */
function routingHeader(random: Random): ExtensionSpec {
  const type = random.pick([0, 2, 4]);
  const addresses = random.shuffled(['20010db8000100010000000000000007', '20010db8000000010000000000000005']).slice(0, random.below(3));
  const head = type === 4 ? `${Math.max(0, addresses.length - 1).toString(16).padStart(2, '0')}00${random.pick(['0007', '0000'])}` : random.chance(0.2) ? '00000001' : '00000000';
  return { kind: 'routing', type, segmentsLeft: random.pick([0, 0, 1, 2, 3]), data: bytes(head + addresses.join('')) };
}

/** What searches look for, over their edges, or nothing. */
const payloads: readonly Uint8Array[] = [
  ...[1, 12, 32].map((length) => new Uint8Array(length)), ...['hello', 'say HeLLo', 'GET / HTTP/1.1\r\n', '............hello', 'helhello\r', 'GET'].map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0))),
];

function randomTransport(random: Random, family: Family, broken: boolean): TransportSpec {
  const [sourcePort, destinationPort] = [random.pick(ports), random.pick(ports)];
  const data = random.chance(0.3) ? { data: random.pick(payloads) } : {};
  const checksum = broken && random.chance(0.03) ? { checksum: 'wrong' as const } : {};
  switch (random.below(13)) {
    case 0: case 1: case 2: case 3: case 4:
      return {
        kind: 'tcp', sourcePort, destinationPort, flags: random.pick([2, 2, 2, 2, 0x12, 0x10, 0x18, 1, 4, 0, 3, 0x3f, 0x42, 0xc2]), ...data, ...checksum,
        ...(random.chance(0.4) ? { options: fromHex(random.pick(['020405b4', '02040218', '0101020405b4', '13020405b4', '0303070402', '0802fe02', '020405b5', '020405b30402', '0402', '00020405b4', '02010402', '080a0000000000000000'])) ?? new Uint8Array() } : {}),
        ...(broken && random.chance(0.04) ? { dataOffset: random.pick([0, 4, 6, 15]) } : {}),
      };
    case 5: case 6: case 7:
      return { kind: 'udp', sourcePort, destinationPort, ...data, ...checksum, ...(broken && random.chance(0.04) ? { length: random.pick([7, 100]) } : {}) };
    case 8: {
      const [type, code] = random.pick<readonly [number, number]>(family === 4 ? [[8, 0], [8, 0], [0, 0], [3, 1], [3, 3], [11, 0], [13, 0], [255, 0]] : [[128, 0], [128, 0], [129, 0], [1, 4], [2, 0], [135, 0], [143, 0], [200, 1]]);
      return { kind: 'icmp', type, code, ...data, ...checksum };
    }
    case 9:
      return { kind: 'sctp', sourcePort, destinationPort, tag: 0, chunks: random.pick([[{ type: 1, value: new Uint8Array(16) }], [{ type: 0, value: new Uint8Array(16) }], [{ type: 3, value: new Uint8Array(12) }, { type: 0, value: new Uint8Array(16) }], [{ type: 0, flags: random.below(16), value: new Uint8Array(16) }, { type: 1, value: new Uint8Array(16) }], [{ type: 6, flags: 1 }], [{ type: 64, value: new Uint8Array(3) }, { type: 0, flags: 2, value: new Uint8Array(12) }]]) };
    case 10:
      return { kind: 'esp', spi: random.pick([255, 256, 500, 501]), data: new Uint8Array(8) };
    case 11:
      return fewTransport(random, sourcePort, destinationPort);
    default:
      return { kind: 'raw', protocol: random.pick([47, 51, 50, 136, 253]), data: fromHex('00000000000001f4000000010000000000000000') ?? new Uint8Array() };
  }
}

/** Protocols that few rules name. */
function fewTransport(random: Random, sourcePort: number, destinationPort: number): TransportSpec {
  switch (random.below(4)) {
    case 0:
      return { kind: 'dccp', sourcePort, destinationPort, type: random.below(16) };
    case 1:
      return { kind: 'udp', lite: true, sourcePort, destinationPort, data: random.pick(payloads) };
    case 2:
      return { kind: 'raw', protocol: 108, data: bytes(random.pick(['11000012', '11000001', '11ff0013', '1100ffff', '110000ff', '1100'])) };
    default:
      return { kind: 'raw', protocol: 135, data: bytes(random.pick(['3b01050000000000', '3b01000000000000', '3b01080000000000', '3a01050000000000', '3b0105', '3b01ff0000000000'])) };
  }
}

function randomFragment(random: Random, family: Family, options: PacketOptions): Uint8Array {
  const whole = buildPacket({ ...randomSpec(random, family, { ...options, short: false }, false), extensions: [], transport: { ...randomTransport(random, family, false) } });
  const padded = buildPacket({ ...randomSpec(random, family, { ...options, short: false }, false), extensions: [], options: new Uint8Array(), transport: { kind: 'udp', sourcePort: random.pick(ports), destinationPort: random.pick(ports), data: whole.subarray(20) } });
  return random.pick(fragmentsOf(random.chance(0.5) ? padded : whole, [random.pick([8, 16])], 1 + random.below(65535)));
}

/**
 * `count` packets for one rule set, in random order: half of them aimed at the edges of its rules, half others of the same world.
 * Same program, seed and options: same packets.
 */
export function packetsFor(program: Program, seed: number, count: number, options: PacketOptions = {}): readonly PacketInput[] {
  const random = createRandom(seed);
  const families = program.rulesets.map((ruleset) => ruleset.family);
  const aimed = probe(program, { topology: standardTopology, seed, count: Math.ceil(count / 2) }).filter((packet) => wanted(packet, options));
  const others = Array.from({ length: count - aimed.length }, () => randomPacket(random, random.pick(families), '', options));
  return random.shuffled([...aimed, ...others]).map((packet, index) => ({ ...packet, id: `p${index + 1}` }));
}

/** Whether a probe is of the kinds that the caller takes. */
function wanted(packet: PacketInput, options: PacketOptions): boolean {
  const dissection = dissect(packet.bytes);
  if (dissection === undefined) return options.broken ?? true;
  if (!(options.local ?? true) && packet.origin === 'local') return false;
  if (!(options.fragments ?? true) && (dissection.fragment !== undefined || dissection.extensions.includes(44))) return false;
  if (!(options.short ?? true) && dissection.transport.length < 20) return dissection.transport.length >= (shortest[dissection.protocol] ?? 0) && dissection.transportOffset <= packet.bytes.length;
  if (!(options.broken ?? true) && hasWrongChecksum(dissection)) return false;
  return options.link === true || (packet.ethernet === undefined && packet.packetType === undefined);
}

const shortest: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 50: 8, 51: 12, 58: 8, 132: 12 };
