import type { Family } from '../ir/index.js';
import { addressOf } from './address.js';
import { bigToBytes, concat, u16, u32 } from './bytes.js';
import { internetChecksum } from './checksum.js';
import { encodeExtension, extensionProtocol, type ExtensionSpec } from './extension.js';
import { encodeTransport, padded, protocolOf, type ChecksumChoice, type TransportSpec } from './transport.js';

/** A packet in words of its headers. Everything but addresses and transport has the value a plain packet would have. */
export interface PacketSpec {
  readonly family: Family;
  /** Integer, or text that `parseAddress` reads. */
  readonly source: bigint | string;
  readonly destination: bigint | string;
  readonly transport: TransportSpec;
  /** 64 unless given. */
  readonly ttl?: number;
  /** Whole TOS byte or traffic class. */
  readonly tos?: number;
  /** IPv4 identification; also the id of the IPv6 fragment header that `fragment` adds. */
  readonly id?: number;
  readonly flowLabel?: number;
  readonly dontFragment?: boolean;
  /** Offset in units of 8 bytes. The transport is put behind it as it is: give later fragments a `raw` transport. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  /** IPv4 options, padded to 4 bytes with End. */
  readonly options?: Uint8Array;
  /** Between the IP header and the transport: IPv6 extension headers in order; in IPv4 only `ah`. */
  readonly extensions?: readonly ExtensionSpec[];
  /** Overrides the protocol number that the last header before the transport names. */
  readonly protocol?: number;
  /** Keeps only so many bytes of the transport; the IP length says so too. */
  readonly truncate?: number;
  /** Keeps only so many bytes behind the fixed IP header, extension headers included; the IP length says so too. */
  readonly truncateAll?: number;
  /** Overrides the total length (IPv4) or payload length (IPv6) field. */
  readonly lengthField?: number;
  /** IPv4 header checksum. */
  readonly headerChecksum?: ChecksumChoice;
}

/** The bytes of a packet, beginning with the IP header. */
export function buildPacket(spec: PacketSpec): Uint8Array {
  const [source, destination] = [toAddress(spec.source), toAddress(spec.destination)];
  const transport = encodeTransport(spec.transport, { family: spec.family, source, destination }).subarray(0, spec.truncate);
  const extensions = [...(spec.extensions ?? [])];
  if (spec.family === 6 && spec.fragment !== undefined) extensions.push({ kind: 'fragment', ...spec.fragment, ...(spec.id === undefined ? {} : { id: spec.id }) });
  const protocol = spec.protocol ?? protocolOf(spec.transport, spec.family);
  const headers = extensions.map((extension, index) => {
    const next = extensions[index + 1];
    return encodeExtension(extension, next === undefined ? protocol : extensionProtocol(next));
  });
  const payload = concat(...headers, transport).subarray(0, spec.truncateAll);
  const first = extensions[0] === undefined ? protocol : extensionProtocol(extensions[0]);
  return spec.family === 4 ? ipv4(spec, source, destination, first, payload) : ipv6(spec, source, destination, first, payload);
}

function ipv4(spec: PacketSpec, source: bigint, destination: bigint, protocol: number, payload: Uint8Array): Uint8Array {
  const options = padded(spec.options ?? new Uint8Array(), 4);
  const headerLength = 20 + options.length;
  const fragment = (spec.dontFragment ? 0x4000 : 0) | (spec.fragment?.more ? 0x2000 : 0) | ((spec.fragment?.offset ?? 0) & 0x1fff);
  const header = concat(
    Uint8Array.of(0x40 | (headerLength / 4), spec.tos ?? 0), u16(spec.lengthField ?? headerLength + payload.length), u16(spec.id ?? 1), u16(fragment),
    Uint8Array.of(spec.ttl ?? 64, protocol), u16(0), bigToBytes(source, 4), bigToBytes(destination, 4), options,
  );
  const right = internetChecksum(header);
  const checksum = typeof spec.headerChecksum === 'number' ? spec.headerChecksum : spec.headerChecksum === 'wrong' ? right ^ 0x5555 : right;
  header.set(u16(checksum), 10);
  return concat(header, payload);
}

function ipv6(spec: PacketSpec, source: bigint, destination: bigint, nextHeader: number, payload: Uint8Array): Uint8Array {
  const word = (6 << 28) | ((spec.tos ?? 0) << 20) | ((spec.flowLabel ?? 0) & 0xfffff);
  return concat(u32(word >>> 0), u16(spec.lengthField ?? payload.length), Uint8Array.of(nextHeader, spec.ttl ?? 64), bigToBytes(source, 16), bigToBytes(destination, 16), payload);
}

const toAddress = (address: bigint | string): bigint => (typeof address === 'bigint' ? address : addressOf(address));
