import { addressTypes, type AddressType, type PredicateOf } from '../../src/ir/index.js';
import { all, any, compare, not, number, yes, no } from './build.js';
import type { Scene } from './context.js';
import { readField } from './fields.js';
import { ipv4Groups } from './place.js';
import { decided, unknown, type Truth } from './truth.js';

/**
 * Routing types. IPv4 goes by the local table alone (multicast and the all-ones and all-zeros networks before any table; what the
 * table does not hold is UNICAST), so that a known host decides it. IPv6 asks the whole routing table: unknown.
 */
export function addressType({ address, types, via }: PredicateOf<'address-type'>, scene: Scene): Truth {
  const reading = readField(address === 'source' ? 'ip.source' : 'ip.destination', scene);
  if (reading.kind === 'hidden') return unknown(reading.because);
  if (reading.kind === 'halves') return unknown('the routing table');
  const value = reading.value;
  const asked = (type: AddressType): boolean => types.includes(type);
  const { multicast, broadcast } = ipv4Groups(value);
  const group = any([all([multicast, asked('MULTICAST') ? yes : no]), all([broadcast, asked('BROADCAST') ? yes : no])]);
  const elsewhere = all([not(multicast), not(broadcast)]);
  if (scene.host.complete && via === undefined) {
    const own = (kind: 'local' | 'broadcast') =>
      any(scene.host.addresses.filter((known) => known.family === 4 && known.kind === kind).map((known) => compare(value, '==', number(known.address))));
    const loopbackBroadcast = compare(value, '==', number(0x7fffffffn));
    const broadcasts = any([own('broadcast'), loopbackBroadcast]);
    const locals = all([not(broadcasts), any([own('local'), all([compare(value, '>=', number(0x7f000000n)), compare(value, '<=', number(0x7ffffffen))])])]);
    const held = any([asked('LOCAL') ? locals : no, asked('BROADCAST') ? broadcasts : no, asked('UNICAST') ? all([not(locals), not(broadcasts)]) : no]);
    return decided(any([group, all([elsewhere, held])]));
  }
  const open = addressTypes.some((type) => type !== 'MULTICAST' && asked(type));
  return { must: group, may: any([group, open ? elsewhere : no]), because: 'the routing table (say --topology)' };
}
