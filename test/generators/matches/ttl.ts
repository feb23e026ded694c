import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const ttl: MatchGenerator<'ttl'> = {
  families: [4],
  draw: () =>
    fc.record({
      kind: fc.constant('ttl' as const),
      source: fc.constant(nowhere),
      comparison: fc.constantFrom('eq' as const, 'ne' as const, 'lt' as const, 'gt' as const),
      value: number(255),
    }),
};
