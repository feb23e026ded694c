import fc from 'fast-check';
import { addressTypes } from '../../../src/ir/index.js';
import { some, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const types = {
  4: addressTypes,
  6: addressTypes.filter((type) => ['UNSPEC', 'UNICAST', 'LOCAL', 'ANYCAST', 'MULTICAST', 'UNREACHABLE'].includes(type)),
} as const;

export const addrtype: MatchGenerator<'addrtype'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('addrtype' as const),
      source: fc.constant(nowhere),
      sourceType: test(some(types[family])),
      destinationType: test(some(types[family])),
      limitInterface: fc.constantFrom('in' as const, 'out' as const),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => match.sourceType !== undefined || match.destinationType !== undefined),
};
