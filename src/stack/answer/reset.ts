import type { Family } from '../../ir/index.js';
import { isMulticast } from '../address.js';
import { destinationOf, read16, read32, read8, sourceOf, write16, write32, writeAddress } from '../bytes.js';
import { fixHeaderChecksum, pseudoSum, sum16, transportSumsUp } from '../checksum.js';
import { fragmentOffset4, headerLength4, protocols, skipExtensions } from '../headers.js';

/** Where the TCP header of a packet stands that may be answered by a reset. */
function tcpOffset(bytes: Uint8Array, family: Family): number | undefined {
  if (family === 4) return fragmentOffset4(bytes) === 0 && read8(bytes, 9) === protocols.tcp ? headerLength4(bytes) : undefined;
  const unicast = (address: bigint): boolean => address !== 0n && !isMulticast(6, address);
  if (!unicast(sourceOf(bytes, 6)) || !unicast(destinationOf(bytes, 6))) return undefined;
  const skipped = skipExtensions(bytes);
  return skipped?.protocol === protocols.tcp ? skipped.offset : undefined;
}

/**
 * The TCP reset that `--reject-with tcp-reset` sends, or undefined where it sends none: no whole TCP header, itself a reset, wrong
 * checksum, later fragment. IP id 0 and DF, window 0, no options.
 */
export function tcpReset(bytes: Uint8Array, family: Family, foundRight: boolean): Uint8Array | undefined {
  const offset = tcpOffset(bytes, family);
  if (offset === undefined || offset + 20 > bytes.length) return undefined;
  const flags = read8(bytes, offset + 13);
  if ((flags & 4) !== 0 || (!foundRight && !transportSumsUp(bytes, family, protocols.tcp, offset))) return undefined;
  const header = family === 4 ? 20 : 40;
  const out = new Uint8Array(header + 20);
  if (family === 4) {
    out[0] = 0x45;
    write16(out, 2, out.length);
    write16(out, 6, 0x4000);
    out[8] = 64;
    out[9] = protocols.tcp;
    writeAddress(out, 12, 4, destinationOf(bytes, 4));
    writeAddress(out, 16, 4, sourceOf(bytes, 4));
    fixHeaderChecksum(out);
  } else {
    out[0] = 0x60;
    write16(out, 4, 20);
    out[6] = protocols.tcp;
    out[7] = 64;
    writeAddress(out, 8, 6, destinationOf(bytes, 6));
    writeAddress(out, 24, 6, sourceOf(bytes, 6));
  }
  write16(out, header, read16(bytes, offset + 2));
  write16(out, header + 2, read16(bytes, offset));
  out[header + 12] = 0x50;
  if ((flags & 0x10) !== 0) {
    write32(out, header + 4, read32(bytes, offset + 8));
    out[header + 13] = 4;
  } else {
    const data = bytes.length - offset - (read8(bytes, offset + 12) >>> 4) * 4;
    write32(out, header + 8, (read32(bytes, offset + 4) + ((flags >>> 1) & 1) + (flags & 1) + data) >>> 0);
    out[header + 13] = 0x14;
  }
  write16(out, header + 16, sum16(out, header, out.length, pseudoSum(out, family, protocols.tcp, 20)) ^ 0xffff);
  return out;
}

/** An IPv4 reset as it is before the device completes its checksum: the sum of the pseudo header stands there. */
export function withPseudoSum(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const offset = headerLength4(bytes);
  write16(out, offset + 16, pseudoSum(bytes, 4, protocols.tcp, bytes.length - offset));
  return out;
}
