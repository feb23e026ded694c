import fc from 'fast-check';
import { dccpTypes } from '../../../src/ir/index.js';
import { anyRange, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const dccp: MatchGenerator<'dccp'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('dccp' as const),
        source: fc.constant(nowhere),
        sourcePort: test(anyRange(65_535)),
        destinationPort: test(anyRange(65_535)),
        types: test(fc.subarray([...dccpTypes])),
        option: test(number(255, 1)),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
