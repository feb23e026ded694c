import { unreachable, type Family } from '../ir/index.js';
import { concat, u16, u32 } from './bytes.js';
import { crc32c, internetChecksum, pseudoSum, type PseudoHeader } from './checksum.js';

/** A checksum as asked for: computed (default), computed and then spoiled, or this very value. */
export type ChecksumChoice = 'right' | 'wrong' | number;

export interface TcpSpec {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Byte 13: CWR ECE URG ACK PSH RST SYN FIN; see `tcpFlags`. */
  readonly flags: number;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly window?: number;
  readonly urgent?: number;
  /** The four reserved bits beside the data offset. */
  readonly reserved?: number;
  /** Padded with zeros to 4 bytes. */
  readonly options?: Uint8Array;
  /** In 32-bit words; what the options need unless given. */
  readonly dataOffset?: number;
  readonly data?: Uint8Array;
  readonly checksum?: ChecksumChoice;
}

export interface UdpSpec {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The length field; header and data unless given. */
  readonly length?: number;
  readonly data?: Uint8Array;
  readonly checksum?: ChecksumChoice;
  /** UDP-Lite (136): the length field is a checksum coverage of 0, all. */
  readonly lite?: true;
}

/** ICMP in IPv4, ICMPv6 in IPv6. `rest` is the second word of the header: id and sequence, pointer, mtu. */
export interface IcmpSpec {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  readonly rest?: number;
  readonly data?: Uint8Array;
  readonly checksum?: ChecksumChoice;
}

export interface SctpChunkSpec {
  readonly type: number;
  readonly flags?: number;
  readonly value?: Uint8Array;
  /** The length field; 4 and the value unless given. */
  readonly length?: number;
}

export interface SctpSpec {
  readonly kind: 'sctp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tag?: number;
  readonly chunks?: readonly SctpChunkSpec[];
  readonly checksum?: ChecksumChoice;
}

export interface EspSpec {
  readonly kind: 'esp';
  readonly spi: number;
  readonly sequence?: number;
  readonly data?: Uint8Array;
}

/** Version 0, no checksum; a key when given. */
export interface GreSpec {
  readonly kind: 'gre';
  readonly ethertype?: number;
  readonly key?: number;
  readonly data?: Uint8Array;
}

/** DCCP request (type 0) or another type with the generic header. */
export interface DccpSpec {
  readonly kind: 'dccp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly type: number;
}

/** Any other protocol, or bytes that only claim to be one. */
export interface RawSpec {
  readonly kind: 'raw';
  readonly protocol: number;
  readonly data: Uint8Array;
}

export type TransportSpec = TcpSpec | UdpSpec | IcmpSpec | SctpSpec | EspSpec | GreSpec | DccpSpec | RawSpec;

export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;
export type TcpFlag = keyof typeof tcpFlags;

/** The protocol number a transport stands under. */
export function protocolOf(transport: TransportSpec, family: Family): number {
  switch (transport.kind) {
    case 'tcp': return 6;
    case 'udp': return transport.lite ? 136 : 17;
    case 'icmp': return family === 4 ? 1 : 58;
    case 'sctp': return 132;
    case 'esp': return 50;
    case 'gre': return 47;
    case 'dccp': return 33;
    case 'raw': return transport.protocol;
    default: return unreachable(transport);
  }
}

/** Header and data as bytes, checksums as asked for. */
export function encodeTransport(transport: TransportSpec, pseudo: PseudoHeader): Uint8Array {
  switch (transport.kind) {
    case 'tcp': return encodeTcp(transport, pseudo);
    case 'udp': return encodeUdp(transport, pseudo);
    case 'icmp': return encodeIcmp(transport, pseudo);
    case 'sctp': return encodeSctp(transport);
    case 'esp': return concat(u32(transport.spi), u32(transport.sequence ?? 1), transport.data ?? new Uint8Array());
    case 'gre': return encodeGre(transport);
    case 'dccp': return encodeDccp(transport, pseudo);
    case 'raw': return transport.data;
    default: return unreachable(transport);
  }
}

function chosen(choice: ChecksumChoice | undefined, right: () => number): number {
  if (typeof choice === 'number') return choice;
  return choice === 'wrong' ? right() ^ 0x5555 : right();
}

function withChecksum(bytes: Uint8Array, at: number, checksum: number): Uint8Array {
  bytes.set(u16(checksum), at);
  return bytes;
}

function encodeTcp(tcp: TcpSpec, pseudo: PseudoHeader): Uint8Array {
  const options = padded(tcp.options ?? new Uint8Array(), 4);
  const dataOffset = tcp.dataOffset ?? 5 + options.length / 4;
  const bytes = concat(
    u16(tcp.sourcePort), u16(tcp.destinationPort), u32(tcp.sequence ?? 1000), u32(tcp.acknowledgement ?? 0),
    Uint8Array.of(((dataOffset & 15) << 4) | (tcp.reserved ?? 0), tcp.flags), u16(tcp.window ?? 65535), u16(0), u16(tcp.urgent ?? 0),
    options, tcp.data ?? new Uint8Array(),
  );
  return withChecksum(bytes, 16, chosen(tcp.checksum, () => internetChecksum(bytes, pseudoSum(pseudo, 6, bytes.length))));
}

function encodeUdp(udp: UdpSpec, pseudo: PseudoHeader): Uint8Array {
  const data = udp.data ?? new Uint8Array();
  const length = udp.length ?? (udp.lite ? 0 : 8 + data.length);
  const bytes = concat(u16(udp.sourcePort), u16(udp.destinationPort), u16(length), u16(0), data);
  const right = (): number => {
    const sum = internetChecksum(bytes, pseudoSum(pseudo, udp.lite ? 136 : 17, udp.lite ? bytes.length : length));
    return sum === 0 ? 0xffff : sum;
  };
  return withChecksum(bytes, 6, chosen(udp.checksum, right));
}

function encodeIcmp(icmp: IcmpSpec, pseudo: PseudoHeader): Uint8Array {
  const bytes = concat(Uint8Array.of(icmp.type, icmp.code), u16(0), u32(icmp.rest ?? 0x00010001), icmp.data ?? new Uint8Array());
  const initial = pseudo.family === 4 ? 0 : pseudoSum(pseudo, 58, bytes.length);
  return withChecksum(bytes, 2, chosen(icmp.checksum, () => internetChecksum(bytes, initial)));
}

function encodeSctp(sctp: SctpSpec): Uint8Array {
  const chunks = (sctp.chunks ?? []).map((chunk) => {
    const value = chunk.value ?? new Uint8Array();
    return padded(concat(Uint8Array.of(chunk.type, chunk.flags ?? 0), u16(chunk.length ?? 4 + value.length), value), 4);
  });
  const bytes = concat(u16(sctp.sourcePort), u16(sctp.destinationPort), u32(sctp.tag ?? 0), u32(0), ...chunks);
  const crc = typeof sctp.checksum === 'number' ? sctp.checksum : crc32c(bytes) ^ (sctp.checksum === 'wrong' ? 0x5555 : 0);
  bytes.set(u32(crc).reverse(), 8);
  return bytes;
}

function encodeGre(gre: GreSpec): Uint8Array {
  const key = gre.key === undefined ? new Uint8Array() : u32(gre.key);
  return concat(u16(gre.key === undefined ? 0 : 0x2000), u16(gre.ethertype ?? 0x0800), key, gre.data ?? new Uint8Array());
}

function encodeDccp(dccp: DccpSpec, pseudo: PseudoHeader): Uint8Array {
  // Extended sequence numbers; a request carries the service code behind the generic header.
  const generic = concat(u16(dccp.sourcePort), u16(dccp.destinationPort), Uint8Array.of(dccp.type === 0 ? 5 : 6, 0), u16(0), Uint8Array.of((dccp.type << 1) | 1, 0), u16(0), u32(1));
  const bytes = concat(generic, new Uint8Array(dccp.type === 0 ? 4 : 8));
  return withChecksum(bytes, 6, internetChecksum(bytes, pseudoSum(pseudo, 33, bytes.length)));
}

/** Zeros appended up to a multiple. */
export function padded(bytes: Uint8Array, multiple: number): Uint8Array {
  const missing = (multiple - (bytes.length % multiple)) % multiple;
  return missing === 0 ? bytes : concat(bytes, new Uint8Array(missing));
}
