import fc from 'fast-check';
import { ctEvents } from '../../../src/ir/index.js';
import { flag, number, some } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

/** Without helpers and timeouts, which want a protocol and an object in the kernel. */
export const ct: JumpGenerator<'ct'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('ct' as const),
        source: fc.constant(nowhere),
        notrack: flag(),
        events: some(ctEvents),
        expectEvents: fc.constant(['new' as const]),
        zone: fc.record({
          direction: fc.constantFrom('both' as const, 'original' as const, 'reply' as const),
          id: fc.oneof(number(65_535, 1), fc.constant('mark' as const)),
        }),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
