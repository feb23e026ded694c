import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const checksum: JumpGenerator<'checksum'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('checksum' as const),
      source: fc.constant(nowhere),

    }),
};
