import fc from 'fast-check';
import { address, bareName } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const tee: JumpGenerator<'tee'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record(
      {
        kind: fc.constant('tee' as const),
        source: fc.constant(nowhere),
        gateway: address(family).filter((one) => one !== 0n),
        outInterface: bareName(15),
      },
      { requiredKeys: ['kind', 'source', 'gateway'] },
    ),
};
