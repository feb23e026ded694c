import type { Family } from '../ir/index.js';
import { bigToBytes, concat, u16 } from './bytes.js';

export const broadcastMac = 0xffffffffffff;

/** The 14 bytes before an IP packet; addresses are 48-bit integers. */
export function ethernetHeader(frame: { readonly source: number; readonly destination: number; readonly family?: Family; readonly type?: number }): Uint8Array {
  return concat(bigToBytes(BigInt(frame.destination), 6), bigToBytes(BigInt(frame.source), 6), u16(frame.type ?? (frame.family === 6 ? 0x86dd : 0x0800)));
}

/** The MAC that multicast of this address goes to (RFC 1112, RFC 2464). */
export const multicastMac = (family: Family, address: bigint): number =>
  family === 4 ? 0x01005e000000 + Number(address & 0x7fffffn) : 0x333300000000 + Number(address & 0xffffffffn);
