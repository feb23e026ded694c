import fc from 'fast-check';
import type { Family, NatRange } from '../../../src/ir/index.js';
import { addresses, range } from '../arbitraries.js';

/** What SNAT and DNAT translate to: an address range, a port range, or both. Ports want a protocol that has some. */
export const translation = (family: Family): fc.Arbitrary<NatRange> =>
  fc
    .record({ addresses: fc.oneof(addresses(family), addresses(family).map(({ min }) => ({ min, max: min }))), ports: range(65_535) }, { requiredKeys: [] })
    .filter((to) => to.addresses !== undefined || to.ports !== undefined);
