import fc from 'fast-check';
import { masked } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const mark: JumpGenerator<'mark'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('mark' as const),
      source: fc.constant(nowhere),
      xmark: masked(0xffff_ffff),
    }),
};
