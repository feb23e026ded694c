import { isMulticast } from '../address.js';
import { read8, sourceOf, write16, write32, writeAddress } from '../bytes.js';
import { fixHeaderChecksum, sum16 } from '../checksum.js';
import { fragmentOffset4, headerLength4, protocols } from '../headers.js';

/** ICMP messages that are answered with an error themselves: all that are known and no errors. */
const answerable: ReadonlySet<number> = new Set([0, 8, 13, 14, 15, 16, 17, 18]);

/** Whether the host sends an ICMP error about this packet at all: not about later fragments nor about other errors. */
export function answersWithError4(bytes: Uint8Array): boolean {
  if (fragmentOffset4(bytes) !== 0) return false;
  if (read8(bytes, 9) !== protocols.icmp) return true;
  const type = headerLength4(bytes);
  return type < bytes.length && answerable.has(read8(bytes, type));
}

/** The ICMP error as it leaves this host: TTL 64 (1 to a group), id 0 (the kernel's own choice), the packet quoted up to 576 bytes in all. */
export function icmpError4(bytes: Uint8Array, source: bigint, type: number, code: number, rest = 0, options: Uint8Array = new Uint8Array()): Uint8Array {
  const header = 20 + options.length;
  const quoted = bytes.subarray(0, Math.min(bytes.length, 576 - header - 8));
  const out = new Uint8Array(header + 8 + quoted.length);
  out[0] = 0x40 | (header / 4);
  out[1] = (read8(bytes, 1) & 0x1e) | 0xc0;
  write16(out, 2, out.length);
  out[8] = isMulticast(4, sourceOf(bytes, 4)) ? 1 : 64;
  out[9] = protocols.icmp;
  writeAddress(out, 12, 4, source);
  writeAddress(out, 16, 4, sourceOf(bytes, 4));
  out.set(options, 20);
  fixHeaderChecksum(out);
  out[header] = type;
  out[header + 1] = code;
  write32(out, header + 4, rest);
  out.set(quoted, header + 8);
  write16(out, header + 2, sum16(out, header, out.length) ^ 0xffff);
  return out;
}
