import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const queue: JumpGenerator<'queue'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('queue' as const),
      source: fc.constant(nowhere),

    }),
};
