import fc from 'fast-check';
import { test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u64 = 0xffff_ffff_ffff_ffffn;
const end = fc.oneof(fc.constantFrom(0n, 1n, 1000n, u64 - 1n, u64), fc.bigInt({ min: 0n, max: u64 }));
const count = fc.tuple(end, end).map(([a, b]) => (a <= b ? { min: a, max: b } : { min: b, max: a }));

/** Negation is lost where both ends are the same. */
export const connbytes: MatchGenerator<'connbytes'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('connbytes' as const),
      source: fc.constant(nowhere),
      // Nothing but `max:max` says that one end is the greatest number and the other too.
      count: test(count).filter(({ value, negated }) => !negated || value.min !== value.max),
      mode: fc.constantFrom('packets' as const, 'bytes' as const, 'avgpkt' as const),
      direction: fc.constantFrom('original' as const, 'reply' as const, 'both' as const),
    }),
};
