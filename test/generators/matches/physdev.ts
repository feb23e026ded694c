import fc from 'fast-check';
import { interfacePattern, negatable, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const physdev: MatchGenerator<'physdev'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('physdev' as const),
      source: fc.constant(nowhere),
      isIn: negatable(),
      inInterface: test(interfacePattern()),
      isOut: negatable(),
      outInterface: test(interfacePattern()),
      isBridged: negatable(),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => Object.keys(match).length > 2),
};
