import fc from 'fast-check';
import { ctStates } from '../../../src/ir/index.js';
import { some, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const state: MatchGenerator<'state'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('state' as const),
      source: fc.constant(nowhere),
      states: test(some(ctStates)),
    }),
};
