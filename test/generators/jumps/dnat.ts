import fc from 'fast-check';
import { flag, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';
import { translation } from './translation.js';

/** A base port belongs to a port range. */
export const dnat: JumpGenerator<'dnat'> = {
  families: [4, 6],
  draw: (family) =>
    fc
      .record(
        {
          kind: fc.constant('dnat' as const),
          source: fc.constant(nowhere),
          to: translation(family),
          basePort: number(65_535, 1),
          random: flag(),
          persistent: flag(),
        },
        { requiredKeys: ['kind', 'source', 'to'] },
      )
      .filter(({ basePort, to }) => basePort === undefined || to.ports !== undefined),
};
