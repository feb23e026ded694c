import fc from 'fast-check';
import { test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const mac: MatchGenerator<'mac'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('mac' as const),
      source: fc.constant(nowhere),
      address: test(fc.nat({ max: 0xffff_ffff_ffff })),
    }),
};
