import { findIpv6Header, read16, read8, type LivePacket } from '../../../src/stack/index.js';
import type { Payload } from '../ast.js';
import { exthdrs, type Exthdr, type ExthdrName } from '../exthdr.js';

/**
 * What nft knows of a packet before the first rule. `l4proto` is absent where the IPv6 headers could not be walked. The walk stops
 * at an authentication header; on a later IPv6 fragment `transport` stays 0 (kernel 6.18).
 */
export interface PacketInfo {
  readonly l4proto?: number;
  readonly transport: number;
  readonly laterFragment: boolean;
}

export function packetInfo(packet: LivePacket): PacketInfo {
  const { bytes } = packet;
  if (packet.family === 6) return walk(bytes);
  return { l4proto: read8(bytes, 9), transport: (read8(bytes, 0) & 15) * 4, laterFragment: (read16(bytes, 6) & 0x1fff) !== 0 };
}

const unknown: PacketInfo = { transport: 0, laterFragment: false };

function walk(bytes: Uint8Array): PacketInfo {
  let header = read8(bytes, 6);
  let at = 40;
  while (isExtension(header)) {
    if (at + 2 > bytes.length) return unknown;
    const next = read8(bytes, at);
    if (header === 51) break;
    if (header === 44) {
      if (at + 4 > bytes.length) return unknown;
      if ((read16(bytes, at + 2) & 0xfff8) !== 0) return isExtension(next) ? unknown : { l4proto: next, transport: 0, laterFragment: true };
      at += 8;
    } else {
      if (header === 43 && at + 4 > bytes.length) return unknown;
      at += (read8(bytes, at + 1) + 1) * 8;
    }
    header = next;
  }
  return { l4proto: header, transport: at, laterFragment: false };
}

const isExtension = (header: number): boolean => header === 0 || header === 43 || header === 44 || header === 51 || header === 60;

/**
 * Loads of 1, 2 or 4 bytes at a multiple of their length do not look at the fragment offset; all others fail on a later fragment.
 * Undefined where bytes are missing.
 */
export function loadPayload(payload: Payload, packet: LivePacket, info: PacketInfo): bigint | undefined {
  const first = Math.floor(payload.offset / 8);
  const length = Math.ceil((payload.offset + payload.bits) / 8) - first;
  const value = loadBytes(payload.base, first, length, packet, info);
  if (value === undefined) return undefined;
  const spare = (first + length) * 8 - payload.offset - payload.bits;
  return (value >> BigInt(spare)) & ((1n << BigInt(payload.bits)) - 1n);
}

function loadBytes(base: Payload['base'], first: number, length: number, packet: LivePacket, info: PacketInfo): bigint | undefined {
  if (base === 'll') return hasLinkLayer(packet) ? gather(packet.ethernet ?? new Uint8Array(), first, length) : undefined;
  if (base === 'nh') return gather(packet.bytes, first, length);
  const quick = (length === 1 || length === 2 || length === 4) && first % length === 0;
  if (info.l4proto === undefined || (info.laterFragment && !quick)) return undefined;
  return gather(packet.bytes, info.transport + first, length);
}

/** The device is Ethernet: nft tests this before it reads an Ethernet header. */
export const hasLinkLayer = (packet: LivePacket): boolean => packet.ethernet !== undefined && packet.inInterface !== undefined && packet.inInterface !== 'lo';

export function gather(bytes: Uint8Array, at: number, length: number): bigint | undefined {
  if (at + length > bytes.length) return undefined;
  let value = 0n;
  for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(read8(bytes, at + index));
  return value;
}

/** Start and length of the TCP header, as nft wants it before it looks at options. */
export function tcpHeader(packet: LivePacket, info: PacketInfo): { readonly at: number; readonly length: number } | undefined {
  const at = info.transport;
  if (info.l4proto !== 6 || info.laterFragment || at + 20 > packet.bytes.length) return undefined;
  const length = (read8(packet.bytes, at + 12) >>> 4) * 4;
  return length < 20 || at + length > packet.bytes.length ? undefined : { at, length };
}

/** Offset in the packet of the first option of a kind, if all of it lies within the header. */
export function findTcpOption(kind: number, packet: LivePacket, info: PacketInfo): { readonly at: number; readonly length: number } | undefined {
  const header = tcpHeader(packet, info);
  if (header === undefined) return undefined;
  let at = 20;
  while (at < header.length - 1) {
    const found = read8(packet.bytes, header.at + at);
    const second = read8(packet.bytes, header.at + at + 1);
    const length = found <= 1 || second === 0 ? 1 : second;
    if (found === kind) return at + length > header.length ? undefined : { at: header.at + at, length };
    at += length;
  }
  return undefined;
}

export function hasChunk(type: number, packet: LivePacket, info: PacketInfo): boolean {
  if (info.l4proto !== 132) return false;
  let at = info.transport + 12;
  do {
    if (at + 4 > packet.bytes.length) return false;
    const length = read16(packet.bytes, at + 2);
    if (length === 0) return false;
    if (read8(packet.bytes, at) === type) return true;
    at += (length + 3) & ~3;
  } while (at < packet.bytes.length);
  return false;
}

/** Where nft finds a header on its way along the extension headers: by the walk that xtables uses (measured). */
export function findExthdr(name: ExthdrName, packet: LivePacket): number | undefined {
  if (packet.family !== 6) return undefined;
  const found = findIpv6Header(packet.bytes, exthdrs[name].number);
  return found.kind === 'found' ? found.offset : undefined;
}

export function loadExthdr({ header, offset, bits }: Exthdr, packet: LivePacket): bigint | undefined {
  const at = findExthdr(header, packet);
  const first = Math.floor(offset / 8);
  const length = Math.ceil((offset + bits) / 8) - first;
  const value = at === undefined ? undefined : gather(packet.bytes, at + first, length);
  return value === undefined ? undefined : (value >> BigInt((first + length) * 8 - offset - bits)) & ((1n << BigInt(bits)) - 1n);
}
