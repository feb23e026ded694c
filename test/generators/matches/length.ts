import fc from 'fast-check';
import { anyRange, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const length: MatchGenerator<'length'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('length' as const),
      source: fc.constant(nowhere),
      length: test(anyRange(65_535)),
    }),
};
