import fc from 'fast-check';
import { range, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const tcpmss: MatchGenerator<'tcpmss'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('tcpmss' as const),
      source: fc.constant(nowhere),
      mss: test(range(65_535)),
    }),
};
