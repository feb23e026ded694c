import type { Family, RejectType } from '../../ir/index.js';
import { read16, read8 } from '../bytes.js';
import { sumsUp } from '../checksum.js';
import { fragmentOffset4, headerLength4, protocols, skipExtensions } from '../headers.js';

/** ICMP type and code of each kind of REJECT; `tcp-reset` has none. */
export const rejectCodes: { readonly [R in Exclude<RejectType, 'tcp-reset'>]: readonly [number, number] } = {
  'icmp-net-unreachable': [3, 0],
  'icmp-host-unreachable': [3, 1],
  'icmp-proto-unreachable': [3, 2],
  'icmp-port-unreachable': [3, 3],
  'icmp-net-prohibited': [3, 9],
  'icmp-host-prohibited': [3, 10],
  'icmp-admin-prohibited': [3, 13],
  'icmp6-no-route': [1, 0],
  'icmp6-adm-prohibited': [1, 1],
  'icmp6-addr-unreachable': [1, 3],
  'icmp6-port-unreachable': [1, 4],
  'icmp6-policy-fail': [1, 5],
  'icmp6-reject-route': [1, 6],
};

/** Protocols whose checksum is not one over the whole payload, so that REJECT does not check it. */
const unchecked: ReadonlySet<number> = new Set([protocols.gre, protocols.esp, protocols.ah, protocols.sctp, protocols.udplite]);

/**
 * Whether REJECT takes a packet for sound enough to answer it: no later fragment, and an Internet checksum over its whole payload,
 * whatever the protocol, with few exceptions. Measured over protocols, fragments and short packets.
 */
export function soundForReject(bytes: Uint8Array, family: Family): boolean {
  if (family === 4) {
    if (fragmentOffset4(bytes) !== 0) return false;
    return checksumAccepted(bytes, 4, read8(bytes, 9), headerLength4(bytes));
  }
  const skipped = skipExtensions(bytes);
  if (skipped === undefined || skipped.offset >= bytes.length || (skipped.fragment & ~7) !== 0) return false;
  return checksumAccepted(bytes, 6, skipped.protocol, skipped.offset);
}

function checksumAccepted(bytes: Uint8Array, family: Family, protocol: number, offset: number): boolean {
  if (unchecked.has(protocol)) return true;
  if (protocol === protocols.udp && offset + 8 <= bytes.length && read16(bytes, offset + 6) === 0) return true;
  return sumsUp(bytes, family, protocol, offset);
}
