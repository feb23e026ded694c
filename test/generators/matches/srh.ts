import fc from 'fast-check';
import { hostMask, negatable, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const comparison = fc
  .record({ value: number(255), eq: negatable(), gt: negatable(), lt: negatable() }, { requiredKeys: ['value'] })
  .filter((one) => Object.keys(one).length > 1);

export const srh: MatchGenerator<'srh'> = {
  families: [6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('srh' as const),
        source: fc.constant(nowhere),
        nextHeader: test(number(255)),
        headerLength: comparison,
        segmentsLeft: comparison,
        lastEntry: comparison,
        tag: test(number(65_535)),
        previousSid: test(hostMask(6)),
        nextSid: test(hostMask(6)),
        lastSid: test(hostMask(6)),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
