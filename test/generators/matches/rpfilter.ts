import fc from 'fast-check';
import { flag } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const rpfilter: MatchGenerator<'rpfilter'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('rpfilter' as const),
      source: fc.constant(nowhere),
      loose: flag(),
      validmark: flag(),
      acceptLocal: flag(),
      invert: flag(),
    }, { requiredKeys: ['kind', 'source'] }),
};
