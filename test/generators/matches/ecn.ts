import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const ecn: MatchGenerator<'ecn'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('ecn' as const),
      source: fc.constant(nowhere),
      tcpEce: fc.boolean(),
      tcpCwr: fc.boolean(),
      ipEct: test(number(3)),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => Object.keys(match).length > 2),
};
