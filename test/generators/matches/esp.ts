import fc from 'fast-check';
import { anyRange, keptRange } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const esp: MatchGenerator<'esp'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('esp' as const),
      source: fc.constant(nowhere),
      spi: keptRange(anyRange(0xffff_ffff), 0xffff_ffff),
    }, { requiredKeys: ['kind', 'source'] }),
};
