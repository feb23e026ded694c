import type { PacketInput } from '../ir/index.js';
import { concat } from './bytes.js';
import { ethernetHeader } from './ethernet.js';

/** Link types of https://www.tcpdump.org/linktypes.html. */
const linkTypes = { ethernet: 1, rawIp: 101 } as const;

const snapLength = 262_144;

/**
 * Packets in order as a pcap file (version 2.4, microseconds, little-endian), one a second from the start of 1970 or when the packet
 * says it came. Raw IP; where one of them has an Ethernet header all have one, the others between addresses of zeros.
 */
export function writePcap(packets: readonly PacketInput[]): Uint8Array {
  const framed = packets.some(({ ethernet }) => ethernet !== undefined);
  const header = little([0xa1b2c3d4, 4], [2, 2], [4, 2], [0, 4], [0, 4], [snapLength, 4], [framed ? linkTypes.ethernet : linkTypes.rawIp, 4]);
  const records = packets.map(({ bytes, ethernet, time }, position) => {
    const frame = framed ? concat(ethernet ?? ethernetHeader({ source: 0, destination: 0, family: (bytes[0] ?? 0) >> 4 === 6 ? 6 : 4 }), bytes) : bytes;
    const seconds = Math.floor(time ?? position);
    return concat(little([seconds, 4], [Math.floor(((time ?? position) - seconds) * 1_000_000), 4], [frame.length, 4], [frame.length, 4]), frame);
  });
  return concat(header, ...records);
}

/** Numbers with their width in bytes. */
const little = (...numbers: readonly (readonly [number, number])[]): Uint8Array =>
  Uint8Array.from(numbers.flatMap(([value, width]) => Array.from({ length: width }, (_, index) => (value >>> (8 * index)) & 0xff)));
