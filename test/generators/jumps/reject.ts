import fc from 'fast-check';
import { rejectTypes } from '../../../src/ir/index.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const reject: JumpGenerator<'reject'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('reject' as const),
      source: fc.constant(nowhere),
      with: fc.constantFrom(...rejectTypes[family]),
    }),
};
