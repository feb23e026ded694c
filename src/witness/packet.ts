import { type CtState, type Family, type PacketInput } from '../ir/index.js';
import { broadcastMac, buildPacket, concat, encodeTransport, ethernetHeader, multicastMac, type ExtensionSpec, type PacketSpec, type TransportSpec } from '../packet/index.js';
import type { Assignment } from './choose.js';
import { icmpOf, plainBytes, type Circumstances, type Start } from './preferences.js';

/** With addresses as numbers. */
type Numbered = PacketSpec & { readonly source: bigint; readonly destination: bigint };

/** What an assignment says of the packet itself, as words of its headers. */
export interface Sketch {
  readonly family: Family;
  readonly start: Start;
  readonly spec: Numbered;
  readonly protocol: number;
  readonly mark: number;
  readonly inInterface?: string;
  readonly mac?: number;
  readonly packetType?: 'unicast' | 'broadcast' | 'multicast';
  readonly uid?: number;
  readonly gid?: number;
}

/** What stands where nobody asks. */
export interface Plain {
  readonly protocol: number;
  readonly flags: number;
  readonly icmpType: number;
  /** Conntrack is to find fault with it. */
  readonly invalid?: boolean;
  readonly source: bigint;
  readonly destination: bigint;
}

/** Frames to this host carry it. */
const hostMac = 0x0200_0000_0001;

const packetTypes = ['unicast', 'broadcast', 'multicast'] as const;

/** The packet that an assignment asks for, or undefined where its answers contradict one another. */
export function sketch(assignment: Assignment, circumstances: Circumstances, names: { readonly in: string }, start: Start, wished: Plain): Sketch | undefined {
  const { family } = circumstances;
  const { values, asked } = assignment;
  const number = (block: string, fallback: number): number => (values.has(block) ? Number(values.get(block)) : fallback);
  const answer = (key: string): boolean | undefined => (asked.has(`[${key}]`) ? values.get(`[${key}]`) === 1n : undefined);
  const protocol = number('ip.protocol', wished.protocol);
  const spec = specOf(assignment, circumstances, protocol, wished);
  if (spec === undefined) return undefined;
  const type = asked.has('packet.type') ? packetTypes[number('packet.type', 0)] : 'unicast';
  if (type === undefined) return undefined;
  const framed = start === 'wire' && (asked.has('ethernet.source') || type !== 'unicast' || answer('present {"kind":"ethernet"}') === true);
  return {
    family, start, spec, protocol,
    mark: number('packet.mark', 0),
    ...(start === 'wire' ? { inInterface: names.in } : {}),
    ...(framed ? { mac: number('ethernet.source', 0x0200_0000_00aa) } : {}),
    ...(framed && type !== 'unicast' ? { packetType: type } : {}),
    ...(start !== 'wire' && asked.has('socket.uid') ? { uid: number('socket.uid', 0) } : {}),
    ...(start !== 'wire' && asked.has('socket.gid') ? { gid: number('socket.gid', 0) } : {}),
  };
}

export function packetOf(drawn: Sketch, id = 'witness'): PacketInput {
  const { spec, family, start, mark, mac, packetType, uid, gid } = drawn;
  const { destination } = spec;
  const to = packetType === 'broadcast' ? broadcastMac : packetType === 'multicast' ? multicastMac(family, destination) : hostMac;
  return {
    id,
    origin: start === 'wire' ? 'wire' : 'local',
    ...(drawn.inInterface === undefined ? {} : { inInterface: drawn.inInterface }),
    bytes: buildPacket(spec),
    ...(mark === 0 ? {} : { mark }),
    ...(mac === undefined ? {} : { ethernet: ethernetHeader({ source: mac, destination: to, family }) }),
    ...(packetType === undefined ? {} : { packetType }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}

function specOf({ values, asked }: Assignment, { family, thresholds }: Circumstances, protocol: number, wished: Plain): Numbered | undefined {
  const number = (block: string, fallback: number): number => (values.has(block) ? Number(values.get(block)) : fallback);
  const says = (start: string, answer: boolean): boolean => [...asked].some((block) => block.startsWith(`[${start}`) && (values.get(block) === 1n) === answer);
  const offset = asked.has('ip.fragment-offset') ? number('ip.fragment-offset', 0) : 0;
  const plain = { family, source: values.get('ip.source') ?? wished.source, destination: values.get('ip.destination') ?? wished.destination, ttl: number('ip.ttl', 64), tos: number('ip.tos', 0) };
  const shaped = (data: Uint8Array): TransportSpec => transportOf({ values, asked }, family, protocol, wished, data);
  const extensions: ExtensionSpec[] = [];
  if (family === 6 && says('present {"kind":"ah"', true)) extensions.push({ kind: 'ah', spi: number('ah.spi', 256), reserved: number('ah.reserved', 0), icv: new Uint8Array(Math.max(0, number('ah.length', 24) - 12)) });
  if (says('present {"kind":"protocol"', false)) return { ...plain, extensions: [{ kind: 'destination-options' }], transport: shaped(new Uint8Array()), truncateAll: 1 };
  const asksFor = (header: string): boolean => {
    const start = `present {"kind":"extension","header":"${header}"`;
    return says(start, true) || (!says(start, false) && [...asked].some((block) => block.startsWith(`${header}.`)));
  };
  if (family === 6) extensions.push(...extensionsOf(asksFor, number, values, offset !== 0));

  const build = (data: Uint8Array): Numbered => {
    if (offset === 0) return { ...plain, extensions, transport: shaped(data) };
    const whole = encodeTransport(shaped(new Uint8Array()), plain);
    return { ...plain, extensions, fragment: { offset, more: false }, transport: { kind: 'raw', protocol, data: whole.length >= 8 ? whole.subarray(0, 24) : new Uint8Array(8) } };
  };
  const empty = build(new Uint8Array());
  const natural = buildPacket(empty).length;
  const transportBytes = encodeTransport(empty.transport, plain).length;
  let more = 0;
  if (asked.has('[transport bytes]') && offset === 0) {
    const held = Math.min(number('[transport bytes]', thresholds.length), thresholds.length);
    const least = held === 0 ? 0 : (thresholds[held - 1] ?? 0);
    const under = thresholds[held];
    if (under !== undefined && transportBytes >= under) return { ...empty, truncate: least };
    more = Math.max(0, least - transportBytes);
  }
  if (asked.has('ip.length')) {
    const wanted = number('ip.length', natural);
    if (wanted < natural) return natural - wanted <= transportBytes ? { ...empty, truncate: transportBytes - (natural - wanted) } : undefined;
    if (wanted > 9000) return undefined;
    more = wanted - natural;
  }
  return more === 0 ? empty : build(new Uint8Array(more));
}

/** The headers that are asked for, in the order in which they may stand, with what is asked of them. A fragment's own header comes with it. */
function extensionsOf(asksFor: (header: string) => boolean, number: (block: string, fallback: number) => number, values: ReadonlyMap<string, bigint>, fragment: boolean): readonly ExtensionSpec[] {
  const out: ExtensionSpec[] = [];
  const body = (block: string): Uint8Array => new Uint8Array(number(block, 0) * 8 + 6);
  if (asksFor('hop-by-hop')) out.push({ kind: 'hop-by-hop', options: body('hop-by-hop.length') });
  if (asksFor('destination-options')) out.push({ kind: 'destination-options', options: body('destination-options.length') });
  if (asksFor('routing')) {
    const type = number('routing.type', 0);
    const data = new Uint8Array(Math.max(4, number('routing.length', values.has('routing.address-2') ? 4 : values.has('routing.address-1') || type === 4 ? 2 : 0) * 8 + 4));
    const tag = number('routing.tag', 0);
    data.set([number('routing.last-entry', 0), number('routing.flags', 0), tag >> 8, tag & 255]);
    (['routing.address-1', 'routing.address-2'] as const).forEach((block, index) => {
      const address = values.get(block) ?? 0n;
      for (let byte = 0; byte < 16 && 4 + index * 16 + byte < data.length; byte++) data[4 + index * 16 + byte] = Number((address >> BigInt(120 - 8 * byte)) & 255n);
    });
    out.push({ kind: 'routing', type, segmentsLeft: number('routing.segments-left', 0), data });
  }
  if (asksFor('fragment') && !fragment) out.push({ kind: 'fragment', offset: 0, more: number('fragment.more', 0) === 1, id: number('fragment.id', 1), reserved: number('fragment.reserved', 0) });
  return out;
}

function transportOf({ values, asked }: Assignment, family: Family, protocol: number, wished: Plain, data: Uint8Array): TransportSpec {
  const number = (block: string, fallback: number): number => (values.has(block) ? Number(values.get(block)) : fallback);
  const [high, low] = [number('transport.source-port', 40000), number('transport.destination-port', protocol === 17 ? 53 : 80)];
  const ports = { sourcePort: high, destinationPort: low };
  const ahSpi = number('ah.spi', 256);
  // A wrong sum is looked at behind the wire; the length of UDP, everywhere.
  const sum = wished.invalid === true ? { checksum: 'wrong' as const } : {};
  switch (protocol) {
    case 6: {
      const broken = [...asked].some((block) => block.startsWith('[present {"kind":"tcp-options"') && values.get(block) === 0n);
      return { kind: 'tcp', ...ports, flags: number('tcp.flags', wished.flags), options: tcpOptionsOf(values, asked), data, ...sum, ...(broken ? { dataOffset: 15 } : {}) };
    }
    case 17: return { kind: 'udp', ...ports, data, ...(wished.invalid === true ? { length: 7 } : {}) };
    case 136: return { kind: 'udp', lite: true, ...ports, data };
    case 33: return { kind: 'dccp', ...ports, type: number('dccp.type', 0) };
    case 132: return { kind: 'sctp', ...ports, ...sum, chunks: chunksOf(values, asked).map((type, index, all) => ({ type, value: concat(new Uint8Array(type === 0 ? 12 : 16), index === all.length - 1 ? data.subarray(data.length & 3) : new Uint8Array()) })) };
    case 50: return { kind: 'esp', spi: asked.has('transport.source-port') || asked.has('transport.destination-port') ? high * 0x10000 + low : 256, data };
    case 51: return family === 4 ? { kind: 'raw', protocol: 51, data: concat(Uint8Array.of(59, 4, 0, 0, ahSpi >>> 24, (ahSpi >>> 16) & 255, (ahSpi >>> 8) & 255, ahSpi & 255, 0, 0, 0, 1), new Uint8Array(12), data) } : { kind: 'raw', protocol: 59, data };
    case 47: return { kind: 'gre', data };
    default: {
      if (protocol === icmpOf(family)) {
        const known = values.has('transport.source-port');
        return { kind: 'icmp', type: known ? high >>> 8 : wished.icmpType, code: known ? high & 255 : 0, data, ...sum };
      }
      const head = asked.has('transport.source-port') || asked.has('transport.destination-port') ? Uint8Array.of(high >>> 8, high & 255, low >>> 8, low & 255) : new Uint8Array(plainBytes(protocol));
      return { kind: 'raw', protocol, data: concat(head, data) };
    }
  }
}

function tcpOptionsOf(values: ReadonlyMap<string, bigint>, asked: ReadonlySet<string>): Uint8Array {
  const size = Number(values.get('[mss]') ?? 1460n);
  const parts = asked.has('[mss present]') && values.get('[mss present]') === 1n ? [Uint8Array.of(2, 4, size >>> 8, size & 255)] : [];
  for (const block of asked) {
    const kind = /^\[tcp-option (\d+)/.exec(block)?.[1];
    if (kind === undefined || values.get(block) !== 1n || (kind === '2' && parts.length > 0)) continue;
    parts.push(kind === '2' ? Uint8Array.of(2, 4, 5, 0xb4) : Number(kind) < 2 ? Uint8Array.of(Number(kind)) : Uint8Array.of(Number(kind), 2));
  }
  return concat(...parts);
}

/** Chunks so that the questions about them are answered as wanted, as far as an INIT or a list of the named ones can. */
function chunksOf(values: ReadonlyMap<string, bigint>, asked: ReadonlySet<string>): readonly number[] {
  const [wanted, unwanted] = [new Set<number>(), new Set<number>()];
  for (const block of asked) {
    const types = /^\[sctp-chunks (.*)\]$/.exec(block)?.[1]?.matchAll(/"type":(\d+)/g);
    for (const [, type] of types ?? []) (values.get(block) === 1n ? wanted : unwanted).add(Number(type));
  }
  if (wanted.size > 0) return [...wanted].sort((a, b) => a - b);
  return [[1, 10, 8, 4, 0].find((type) => !unwanted.has(type)) ?? 1];
}

export const isTracked = (state: CtState): boolean => state !== 'INVALID' && state !== 'UNTRACKED';
