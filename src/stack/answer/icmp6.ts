import { isMulticast } from '../address.js';
import { destinationOf, read8, sourceOf, write16, write32, writeAddress } from '../bytes.js';
import { protocols, skipExtensions } from '../headers.js';
import { fixIcmpChecksum } from '../nat/apply.js';

/** Whether the host sends an ICMPv6 error about this packet: its source is somebody, it was sent to one host, it is no error itself. */
export function answersWithError6(bytes: Uint8Array, evenToGroups = false): boolean {
  const source = sourceOf(bytes, 6);
  if (source === 0n || isMulticast(6, source)) return false;
  if (!evenToGroups && isMulticast(6, destinationOf(bytes, 6))) return false;
  const skipped = skipExtensions(bytes);
  if (skipped === undefined || skipped.protocol !== protocols.icmp6) return true;
  if (skipped.offset >= bytes.length) return skipped.fragment !== 0;
  return (read8(bytes, skipped.offset) & 0x80) !== 0;
}

/** The ICMPv6 error as it leaves this host: hop limit 64, no flow label, the packet quoted up to 1280 bytes in all. */
export function icmpError6(bytes: Uint8Array, source: bigint, type: number, code: number, rest = 0): Uint8Array {
  const quoted = bytes.subarray(0, Math.min(bytes.length, 1280 - 48));
  const out = new Uint8Array(48 + quoted.length);
  out[0] = 0x60;
  write16(out, 4, 8 + quoted.length);
  out[6] = protocols.icmp6;
  out[7] = 64;
  writeAddress(out, 8, 6, source);
  writeAddress(out, 24, 6, sourceOf(bytes, 6));
  out[40] = type;
  out[41] = code;
  write32(out, 44, rest);
  out.set(quoted, 48);
  fixIcmpChecksum(out, 6, 40);
  return out;
}
