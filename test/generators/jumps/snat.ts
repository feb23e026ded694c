import fc from 'fast-check';
import { flag } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';
import { translation } from './translation.js';

export const snat: JumpGenerator<'snat'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record(
      {
        kind: fc.constant('snat' as const),
        source: fc.constant(nowhere),
        to: translation(family),
        random: flag(),
        randomFully: flag(),
        persistent: flag(),
      },
      { requiredKeys: ['kind', 'source', 'to'] },
    ),
};
