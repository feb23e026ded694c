import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const modes = ['sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport'] as const;

export const clusterip: JumpGenerator<'clusterip'> = {
  families: [4],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('clusterip' as const),
        source: fc.constant(nowhere),
        create: fc.record({
          hash: fc.constantFrom(...modes),
          mac: fc.nat({ max: 0xff_ffff_ffff }).map((low) => 0x0100_0000_0000 + low),
          totalNodes: fc.constant(16),
          localNode: number(16, 1),
          seed: number(0xffff_ffff),
        }),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
