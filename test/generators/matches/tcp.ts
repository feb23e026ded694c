import fc from 'fast-check';
import { keptRange, number, range, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const flags = test(fc.record({ mask: number(63), value: number(63) })).filter(({ value, negated }) => negated || value.mask !== 0 || value.value !== 0);

export const tcp: MatchGenerator<'tcp'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('tcp' as const),
        source: fc.constant(nowhere),
        sourcePort: keptRange(range(65_535), 65_535),
        destinationPort: keptRange(range(65_535), 65_535),
        option: test(number(255, 1)),
        flags,
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
