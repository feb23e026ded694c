import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const notrack: JumpGenerator<'notrack'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('notrack' as const),
      source: fc.constant(nowhere),

    }),
};
