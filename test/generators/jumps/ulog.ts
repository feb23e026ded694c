import fc from 'fast-check';
import { number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const ulog: JumpGenerator<'ulog'> = {
  families: [4],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('ulog' as const),
        source: fc.constant(nowhere),
        prefix: text(31, 1),
        group: number(32, 1),
        range: number(0xffff_ffff, 1),
        threshold: number(50, 2),
      },
      { requiredKeys: ['kind', 'source', 'group'] },
    ),
};
