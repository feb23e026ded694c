import fc from 'fast-check';
import { bareName, flag, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const counter = fc.record({
  comparison: fc.constantFrom('eq' as const, 'ne' as const, 'lt' as const, 'gt' as const),
  value: fc.oneof(fc.constantFrom(0n, 1n, (1n << 64n) - 1n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
});

/** The names are of no set that exists. */
export const set: MatchGenerator<'set'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('set' as const),
        source: fc.constant(nowhere),
        set: test(bareName(31)),
        dimensions: fc.array(fc.constantFrom('src' as const, 'dst' as const), { minLength: 1, maxLength: 6 }),
        returnNomatch: flag(),
        updateCounters: fc.constant(false as const),
        updateSubcounters: fc.constant(false as const),
        packets: counter,
        bytes: counter,
      },
      { requiredKeys: ['kind', 'source', 'set', 'dimensions'] },
    ),
};
