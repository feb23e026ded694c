import fc from 'fast-check';
import { anyRange, flag, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const ipcomp: MatchGenerator<'ipcomp'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      { kind: fc.constant('ipcomp' as const), source: fc.constant(nowhere), spi: test(anyRange(0xffff_ffff)), compressed: flag() },
      { requiredKeys: ['kind', 'source', 'spi'] },
    ),
};
