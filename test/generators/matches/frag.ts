import fc from 'fast-check';
import { anyRange, flag, keptRange, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u32 = 0xffff_ffff;

export const frag: MatchGenerator<'frag'> = {
  families: [6],
  draw: () =>
    fc
      .record(
        {
          kind: fc.constant('frag' as const),
          source: fc.constant(nowhere),
          id: keptRange(anyRange(u32), u32),
          length: test(number(u32)),
          reserved: flag(),
          first: flag(),
          more: flag(),
          last: flag(),
        },
        { requiredKeys: ['kind', 'source'] },
      )
      .filter(({ more, last }) => more === undefined || last === undefined),
};
