import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const tcpmss: JumpGenerator<'tcpmss'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('tcpmss' as const),
      source: fc.constant(nowhere),
      mss: fc.oneof(number(family === 4 ? 65_515 : 65_495), fc.constant('clamp-to-pmtu' as const)),
    }),
};
