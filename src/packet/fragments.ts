import { bigToBytes, concat, readU16, u16 } from './bytes.js';
import { internetChecksum } from './checksum.js';
import { encodeExtension } from './extension.js';

/**
 * Cuts a whole packet into fragments as a sender would. `cuts` are byte offsets into what follows the IPv4 header, or the fixed
 * IPv6 header (extension headers become part of the fragments); multiples of 8, ascending.
 */
export function fragmentsOf(packet: Uint8Array, cuts: readonly number[], id = 1): readonly Uint8Array[] {
  const version = (packet[0] ?? 0) >> 4;
  const headerLength = version === 4 ? ((packet[0] ?? 0) & 15) * 4 : 40;
  const body = packet.subarray(headerLength);
  const starts = [0, ...cuts];
  return starts.map((start, index) => {
    const end = starts[index + 1];
    const piece = body.subarray(start, end);
    return version === 4 ? fragment4(packet.subarray(0, headerLength), piece, start, end !== undefined, id) : fragment6(packet.subarray(0, 40), piece, start, end !== undefined, id);
  });
}

function fragment4(original: Uint8Array, piece: Uint8Array, start: number, more: boolean, id: number): Uint8Array {
  const header = original.slice();
  header.set(u16(header.length + piece.length), 2);
  header.set(u16(id), 4);
  header.set(u16((more ? 0x2000 : 0) | (start / 8)), 6);
  header.set(u16(0), 10);
  header.set(u16(internetChecksum(header)), 10);
  return concat(header, piece);
}

function fragment6(original: Uint8Array, piece: Uint8Array, start: number, more: boolean, id: number): Uint8Array {
  const header = original.slice();
  const extension = encodeExtension({ kind: 'fragment', offset: start / 8, more, id }, header[6] ?? 0);
  header.set(u16(extension.length + piece.length), 4);
  header[6] = 44;
  return concat(header, extension, piece);
}

/** The same IPv4 packet with its header checksum made right again, after an edit by hand. */
export function fixHeaderChecksum(packet: Uint8Array): Uint8Array {
  const length = ((packet[0] ?? 0) & 15) * 4;
  const out = packet.slice();
  out.set(bigToBytes(0n, 2), 10);
  out.set(u16(internetChecksum(out.subarray(0, length))), 10);
  return readU16(out, 10) === readU16(packet, 10) ? packet : out;
}
