import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const audit: JumpGenerator<'audit'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('audit' as const),
      source: fc.constant(nowhere),
      type: fc.constantFrom('accept' as const, 'drop' as const, 'reject' as const),
    }),
};
