import fc from 'fast-check';
import { number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const nflog: JumpGenerator<'nflog'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('nflog' as const),
      source: fc.constant(nowhere),
      prefix: text(63, 1),
      group: number(65_535),
      size: number(0xffff_ffff),
      threshold: number(65_535, 1),
    }, { requiredKeys: ['kind', 'source', 'group'] }),
};
