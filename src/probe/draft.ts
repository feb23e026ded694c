import type { CtState, Family, PacketInput } from '../ir/index.js';
import { broadcastMac, buildPacket, ethernetHeader, multicastMac, type ExtensionSpec, type PacketSpec, type TransportSpec } from '../packet/index.js';

/** How the packet is cut: whole, one fragment of more, its transport header cut short, or its headers behind the IP header cut short. */
export type Shape =
  | { readonly kind: 'whole' }
  /** Offset in units of 8 bytes. A later fragment's data are the bytes a first one would have there, or its header again (`header`). */
  | { readonly kind: 'fragment'; readonly offset: number; readonly more: boolean; readonly bytes?: number; readonly named?: number }
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'cut'; readonly bytes: number };

/** Everything a rule may look at in a packet, before it is bytes. Fields of other protocols than `protocol` wait unused. */
export interface Draft {
  readonly family: Family;
  readonly origin: 'wire' | 'local';
  /** Empty for local packets. */
  readonly inInterface: string;
  readonly source: bigint;
  readonly destination: bigint;
  readonly ttl: number;
  readonly tos: number;
  /** IPv4. */
  readonly dontFragment?: boolean;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tcpFlags: number;
  readonly tcpOptions: Uint8Array;
  readonly window?: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly spi: number;
  /** SCTP chunk types in order. */
  readonly chunks: readonly number[];
  /** Wished length of the whole packet; never below what the headers need. */
  readonly length: number;
  readonly mark: number;
  readonly extensions: readonly ExtensionSpec[];
  readonly ipOptions: Uint8Array;
  readonly shape: Shape;
  readonly wrongChecksum: boolean;
  readonly dataOffset?: number;
  /** With an Ethernet header from this address. */
  readonly mac?: number | undefined;
  readonly packetType?: 'unicast' | 'broadcast' | 'multicast';
  readonly uid?: number;
  readonly gid?: number;
  /** Overrides connection tracking, where the caller wants such packets. */
  readonly state?: CtState;
}

/** A change to a draft, or how to make one from it. */
export type Edit = Partial<Draft> | ((draft: Draft) => Partial<Draft>);

export const applyEdit = (draft: Draft, edit: Edit): Draft => ({ ...draft, ...(typeof edit === 'function' ? edit(draft) : edit) });

/** Bytes of the transport header that the tests of a protocol read; also the longest cut worth trying. */
export const headerBytes: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 33: 20, 50: 8, 51: 12, 58: 8, 108: 4, 132: 12, 135: 6, 136: 8 };

const plainLengths: Readonly<Record<number, number>> = { ...headerBytes, 47: 4, 51: 24, 135: 8 };
const chunkBytes: Readonly<Record<number, number>> = { 0: 16, 1: 20, 2: 20, 3: 16 };

/** Length of the packet when its transport carries no data. */
export function shortestLength(draft: Draft): number {
  const ip = draft.family === 4 ? 20 + Math.ceil(draft.ipOptions.length / 4) * 4 : 40;
  const extensions = draft.extensions.reduce((sum, extension) => sum + (extension.kind === 'ah' ? 24 : 8), 0);
  const options = draft.protocol === 6 ? Math.ceil(draft.tcpOptions.length / 4) * 4 : 0;
  const chunks = draft.protocol === 132 ? draft.chunks.reduce((sum, chunk) => sum + (chunkBytes[chunk] ?? 4), 0) : 0;
  return ip + extensions + (plainLengths[draft.protocol] ?? 0) + options + chunks;
}

/** The length the packet will have (whole packets only). */
export const lengthOf = (draft: Draft): number => Math.max(draft.length, shortestLength(draft));

export const isWhole = (draft: Draft): boolean => draft.shape.kind === 'whole';

/** The transport header is there to be read: no later fragment, nothing cut. */
export const hasTransport = (draft: Draft): boolean => draft.shape.kind === 'whole' || (draft.shape.kind === 'fragment' && draft.shape.offset === 0 && (draft.shape.bytes ?? 24) >= (headerBytes[draft.protocol] ?? 0));

/** The draft as a packet to be judged; `deviceMac` is the address that frames to this host's interface carry. */
export function toInput(draft: Draft, id: string, deviceMac = 0x0200_0000_0001): PacketInput {
  const bytes = buildPacket(specOf(draft));
  const local = draft.origin === 'local';
  const multicast = draft.family === 4 ? draft.destination >> 28n === 0xen : draft.destination >> 120n === 0xffn;
  const to = draft.packetType === 'broadcast' ? broadcastMac : draft.packetType === 'multicast' || (draft.packetType === undefined && multicast) ? multicastMac(draft.family, draft.destination) : deviceMac;
  const framed = !local && (draft.mac !== undefined || draft.packetType !== undefined);
  return {
    id, origin: draft.origin, ...(local ? {} : { inInterface: draft.inInterface }), bytes, ...(draft.mark === 0 ? {} : { mark: draft.mark }),
    ...(framed ? { ethernet: ethernetHeader({ source: draft.mac ?? 0x0200_0000_00aa, destination: to, family: draft.family }) } : {}),
    ...(framed && draft.packetType !== undefined ? { packetType: draft.packetType } : {}),
    ...(local && draft.uid !== undefined ? { uid: draft.uid } : {}), ...(local && draft.gid !== undefined ? { gid: draft.gid } : {}),
    ...(draft.state === undefined ? {} : { state: draft.state }),
  };
}

function specOf(draft: Draft): PacketSpec {
  const { shape, family } = draft;
  const spec: PacketSpec = {
    family, source: draft.source, destination: draft.destination, ttl: draft.ttl, tos: draft.tos, extensions: draft.extensions, options: draft.ipOptions,
    ...(draft.dontFragment === undefined ? {} : { dontFragment: draft.dontFragment }),
    transport: transportOf(draft, new Uint8Array(Math.max(0, draft.length - shortestLength(draft)))),
  };
  if (shape.kind === 'short') return { ...spec, truncate: shape.bytes };
  if (shape.kind === 'cut') return { ...spec, truncateAll: shape.bytes };
  if (shape.kind === 'whole') return spec;
  // Fragments carry the transport's own bytes, so that whoever reads a header in a later one finds what the rule names.
  const { id, wanted } = { id: 7, wanted: shape.bytes ?? 24 };
  const whole = buildPacket({ ...spec, extensions: [], options: new Uint8Array() });
  const data = new Uint8Array(wanted);
  data.set(whole.subarray(family === 4 ? 20 : 40).subarray(0, wanted));
  return { ...spec, id, fragment: { offset: shape.offset, more: shape.more }, transport: { kind: 'raw', protocol: shape.named ?? draft.protocol, data } };
}

function transportOf(draft: Draft, data: Uint8Array): TransportSpec {
  const { sourcePort, destinationPort } = draft;
  const checksum = draft.wrongChecksum ? { checksum: 'wrong' as const } : {};
  switch (draft.protocol) {
    case 6: return { kind: 'tcp', sourcePort, destinationPort, flags: draft.tcpFlags, options: draft.tcpOptions, data, ...checksum, ...(draft.window === undefined ? {} : { window: draft.window }), ...(draft.dataOffset === undefined ? {} : { dataOffset: draft.dataOffset }) };
    case 17: return { kind: 'udp', sourcePort, destinationPort, data, ...checksum };
    case 136: return { kind: 'udp', lite: true, sourcePort, destinationPort, data, ...checksum };
    case 33: return { kind: 'dccp', sourcePort, destinationPort, type: 0 };
    case 132: return { kind: 'sctp', sourcePort, destinationPort, tag: 0, ...checksum, chunks: draft.chunks.map((type, index) => ({ type, value: new Uint8Array((chunkBytes[type] ?? 4) - 4 + (index === draft.chunks.length - 1 ? data.length & ~3 : 0)) })) };
    case 50: return { kind: 'esp', spi: draft.spi, data };
    case 51: return { kind: 'raw', protocol: 51, data: authenticationHeader(draft.spi, data) };
    case 47: return { kind: 'gre', data };
    // IPComp with the CPI in the place of an SPI, and a mobility header of a type in the place of one of ICMP.
    case 108: return { kind: 'raw', protocol: 108, data: Uint8Array.of(59, 0, (draft.spi >>> 8) & 255, draft.spi & 255, ...data) };
    case 135: return { kind: 'raw', protocol: 135, data: Uint8Array.of(59, 0, draft.icmpType & 255, 0, 0, 0, 0, 0, ...data) };
    default:
      if (draft.protocol === (draft.family === 4 ? 1 : 58)) return { kind: 'icmp', type: draft.icmpType, code: draft.icmpCode, data, ...checksum };
      return { kind: 'raw', protocol: draft.protocol, data };
  }
}

/** As the IPv4 protocol 51, with nothing behind it. */
function authenticationHeader(spi: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(24 + data.length);
  out.set([59, 4, 0, 0, spi >>> 24, (spi >>> 16) & 255, (spi >>> 8) & 255, spi & 255, 0, 0, 0, 1]);
  return out;
}
