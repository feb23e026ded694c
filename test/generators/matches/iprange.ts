import fc from 'fast-check';
import { addresses, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const iprange: MatchGenerator<'iprange'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('iprange' as const),
      source: fc.constant(nowhere),
      sourceRange: test(addresses(family)),
      destinationRange: test(addresses(family)),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => Object.keys(match).length > 2),
};
