import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const dscp: MatchGenerator<'dscp'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('dscp' as const),
      source: fc.constant(nowhere),
      dscp: test(number(63)),
    }),
};
