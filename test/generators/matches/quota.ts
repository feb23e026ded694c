import fc from 'fast-check';
import { test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u64 = 0xffff_ffff_ffff_ffffn;

export const quota: MatchGenerator<'quota'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('quota' as const),
      source: fc.constant(nowhere),
      quota: test(fc.oneof(fc.constantFrom(0n, 1n, u64), fc.bigInt({ min: 0n, max: u64 }))),
    }),
};
