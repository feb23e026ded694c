import fc from 'fast-check';
import { masked, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const u32 = 0xffff_ffff;
const shift = fc.record({ direction: fc.constantFrom('left' as const, 'right' as const), bits: number(31, 1) });

export const connmark: JumpGenerator<'connmark'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('connmark' as const),
      source: fc.constant(nowhere),
      operation: fc.oneof(
        fc.record({ kind: fc.constant('set' as const), xmark: masked(u32), shift }, { requiredKeys: ['kind', 'xmark'] }),
        fc.record(
          { kind: fc.constantFrom('save' as const, 'restore' as const), packetMask: number(u32), connectionMask: number(u32), shift },
          { requiredKeys: ['kind', 'packetMask', 'connectionMask'] },
        ),
      ),
    }),
};
