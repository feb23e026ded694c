import fc from 'fast-check';
import { flag, number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const led: JumpGenerator<'led'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('led' as const),
        source: fc.constant(nowhere),
        trigger: text(16, 1),
        delay: fc.oneof(number(0x7fff_ffff, 1), fc.constant('inf' as const)),
        alwaysBlink: flag(),
      },
      { requiredKeys: ['kind', 'source', 'trigger'] },
    ),
};
