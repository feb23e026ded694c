import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const hl: MatchGenerator<'hl'> = {
  families: [6],
  draw: () =>
    fc.record({
      kind: fc.constant('hl' as const),
      source: fc.constant(nowhere),
      comparison: fc.constantFrom('eq' as const, 'ne' as const, 'lt' as const, 'gt' as const),
      value: number(255),
    }),
};
