import fc from 'fast-check';
import { addressBits } from '../../../src/ir/index.js';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const connlimit: MatchGenerator<'connlimit'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('connlimit' as const),
      source: fc.constant(nowhere),
      comparison: fc.constantFrom('upto' as const, 'above' as const),
      limit: number(0xffff_ffff),
      prefix: number(addressBits(family)),
      address: fc.constantFrom('source' as const, 'destination' as const),
    }),
};
