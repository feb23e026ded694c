import fc from 'fast-check';
import { text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const comment: MatchGenerator<'comment'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('comment' as const),
      source: fc.constant(nowhere),
      text: text(255),
    }),
};
