import fc from 'fast-check';
import { masked, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const connmark: MatchGenerator<'connmark'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('connmark' as const),
      source: fc.constant(nowhere),
      mark: test(masked(0xffff_ffff)),
    }),
};
