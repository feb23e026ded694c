import fc from 'fast-check';
import { flag, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const printable = fc.string({ minLength: 1, maxLength: 128, unit: fc.constantFrom(...`abXY09 '"|\\$;!`) });
const bytes = fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 128 }).map((list) => String.fromCharCode(...list));

export const string: MatchGenerator<'string'> = {
  families: [4, 6],
  draw: () =>
    fc
      .record(
        {
          kind: fc.constant('string' as const),
          source: fc.constant(nowhere),
          pattern: test(fc.oneof(printable, bytes)),
          algorithm: fc.constantFrom('bm' as const, 'kmp' as const),
          from: number(65_535),
          to: number(65_535),
          icase: flag(),
        },
        { requiredKeys: ['kind', 'source', 'pattern', 'algorithm', 'from', 'to'] },
      )
      .map((match) => ({ ...match, from: Math.min(match.from, match.to), to: Math.max(match.from, match.to) })),
};
