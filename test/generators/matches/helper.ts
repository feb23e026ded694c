import fc from 'fast-check';
import { test, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const helper: MatchGenerator<'helper'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('helper' as const),
      source: fc.constant(nowhere),
      helper: test(text(29)),
    }),
};
