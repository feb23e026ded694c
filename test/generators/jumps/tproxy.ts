import fc from 'fast-check';
import { address, masked, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const tproxy: JumpGenerator<'tproxy'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('tproxy' as const),
      source: fc.constant(nowhere),
      port: number(65_535),
      address: address(family),
      mark: masked(0xffff_ffff),
    }),
};
