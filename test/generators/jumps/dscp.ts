import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const dscp: JumpGenerator<'dscp'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('dscp' as const),
      source: fc.constant(nowhere),
      dscp: number(63),
    }),
};
