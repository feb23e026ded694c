import type { Family } from '../ir/index.js';
import { bytesToBig, readU16, readU32 } from './bytes.js';
import { internetChecksum, pseudoSum } from './checksum.js';

/** The headers of a packet, as far as they can be read, for people to look at; verdicts are not made of this. */
export interface Dissection {
  readonly family: Family;
  readonly source: bigint;
  readonly destination: bigint;
  readonly tos: number;
  readonly ttl: number;
  readonly id: number;
  readonly optionBytes: number;
  /** Extension headers in order, by protocol number; IPv4 has none. */
  readonly extensions: readonly number[];
  /** Offset in bytes. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
  readonly protocol: number;
  /** Where the transport begins, and its bytes. */
  readonly transportOffset: number;
  readonly transport: Uint8Array;
}

const extensionNumbers: readonly number[] = [0, 43, 44, 51, 60];

/** Undefined when the bytes do not hold a whole fixed IP header. */
export function dissect(bytes: Uint8Array): Dissection | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) return dissect4(bytes);
  if (version === 6 && bytes.length >= 40) return dissect6(bytes);
  return undefined;
}

function dissect4(bytes: Uint8Array): Dissection {
  const headerLength = Math.max(20, ((bytes[0] ?? 0) & 15) * 4);
  const word = readU16(bytes, 6);
  const [offset, more] = [(word & 0x1fff) * 8, (word & 0x2000) !== 0];
  return {
    family: 4, source: bytesToBig(bytes.subarray(12, 16)), destination: bytesToBig(bytes.subarray(16, 20)), tos: bytes[1] ?? 0, ttl: bytes[8] ?? 0, id: readU16(bytes, 4),
    optionBytes: headerLength - 20, extensions: [], ...(offset > 0 || more ? { fragment: { offset, more } } : {}),
    protocol: bytes[9] ?? 0, transportOffset: headerLength, transport: bytes.subarray(headerLength),
  };
}

function dissect6(bytes: Uint8Array): Dissection {
  let protocol = bytes[6] ?? 0;
  let at = 40;
  let fragment: Dissection['fragment'];
  let id = 0;
  const extensions: number[] = [];
  while (extensionNumbers.includes(protocol) && at + 8 <= bytes.length && !(fragment !== undefined && fragment.offset > 0)) {
    extensions.push(protocol);
    if (protocol === 44) {
      fragment = { offset: readU16(bytes, at + 2) & 0xfff8, more: ((bytes[at + 3] ?? 0) & 1) === 1 };
      id = readU32(bytes, at + 4);
    }
    const length = protocol === 44 ? 8 : protocol === 51 ? ((bytes[at + 1] ?? 0) + 2) * 4 : ((bytes[at + 1] ?? 0) + 1) * 8;
    protocol = bytes[at] ?? 0;
    at += length;
  }
  return {
    family: 6, source: bytesToBig(bytes.subarray(8, 24)), destination: bytesToBig(bytes.subarray(24, 40)), tos: (readU16(bytes, 0) >> 4) & 255, ttl: bytes[7] ?? 0, id,
    optionBytes: 0, extensions, ...(fragment ? { fragment } : {}), protocol, transportOffset: at, transport: bytes.subarray(Math.min(at, bytes.length)),
  };
}

/** Whether a whole TCP, UDP or ICMP packet carries a wrong checksum; false where there is nothing to check. */
export function hasWrongChecksum(packet: Dissection): boolean {
  const { transport, protocol, fragment } = packet;
  if (fragment !== undefined && (fragment.offset > 0 || fragment.more)) return false;
  if (protocol === 1 && packet.family === 4) return transport.length >= 8 && internetChecksum(transport) !== 0;
  if (protocol === 17 && readU16(transport, 6) === 0) return false;
  const minimum = { 6: 20, 17: 8, 58: 8 }[protocol];
  if (minimum === undefined || transport.length < minimum) return false;
  const covered = protocol === 17 ? transport.subarray(0, readU16(transport, 4)) : transport;
  return internetChecksum(covered, pseudoSum(packet, protocol, covered.length)) !== 0;
}
