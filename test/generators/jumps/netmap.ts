import fc from 'fast-check';
import { hostMask } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const netmap: JumpGenerator<'netmap'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('netmap' as const),
      source: fc.constant(nowhere),
      to: hostMask(family).map(({ address, mask }) => ({ address: address & mask, mask })),
    }),
};
