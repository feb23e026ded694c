import type { AddressType } from '../../../src/ir/index.js';
import { destinationOf, sourceOf, type HostView } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** IPv4: the routing type is one of those named. IPv6 asks otherwise, see below. */
export const addrtype: MatchMeaning<'addrtype'> = ({ sourceType, destinationType, limitInterface }, { family }) => {
  const holds = family === 4 ? holds4 : holds6;
  return ({ packet, host }) => {
    const via = limitInterface === 'in' ? packet.inInterface : limitInterface === 'out' ? packet.outInterface : undefined;
    if (sourceType !== undefined && holds(sourceType.value, sourceOf(packet.bytes, family), host, via) === sourceType.negated) return false;
    return destinationType === undefined || holds(destinationType.value, destinationOf(packet.bytes, family), host, via) !== destinationType.negated;
  };
};

const holds4 = (types: readonly AddressType[], address: bigint, host: HostView, via: string | undefined): boolean => types.includes(host.addressType(4, address, via));

/** IPv6: MULTICAST, UNICAST and UNSPEC are each demanded of the address itself; of the routed types one must hold. */
function holds6(types: readonly AddressType[], address: bigint, host: HostView, via: string | undefined): boolean {
  const multicast = address >> 120n === 0xffn;
  const mapped = address >> 32n === 0xffffn;
  if (types.includes('MULTICAST') && !multicast) return false;
  if (types.includes('UNICAST') && (multicast || mapped || address === 0n)) return false;
  if (types.includes('UNSPEC') && address !== 0n) return false;
  const routed = types.filter((type): boolean => type === 'LOCAL' || type === 'ANYCAST' || type === 'UNREACHABLE');
  return routed.length === 0 || routed.includes(host.addressType(6, address, via));
}
