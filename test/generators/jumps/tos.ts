import fc from 'fast-check';
import { masked } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const tos: JumpGenerator<'tos'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('tos' as const),
      source: fc.constant(nowhere),
      tos: masked(255),
    }),
};
