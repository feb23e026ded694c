import fc from 'fast-check';
import { masked, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const tos: MatchGenerator<'tos'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('tos' as const),
      source: fc.constant(nowhere),
      tos: test(masked(255)),
    }),
};
