import fc from 'fast-check';
import { address, anyRange, flag, keptRange, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u32 = 0xffff_ffff;
const base = {
  kind: fc.constant('rt' as const),
  source: fc.constant(nowhere),
  segmentsLeft: keptRange(anyRange(u32), u32),
  length: test(number(u32)),
};

/** The addresses and the reserved field belong to type 0. */
export const rt: MatchGenerator<'rt'> = {
  families: [6],
  draw: () =>
    fc.oneof(
      fc.record({ ...base, type: test(number(u32)) }, { requiredKeys: ['kind', 'source'] }),
      fc
        .record(
          {
            ...base,
            type: fc.constant({ value: 0, negated: false }),
            reserved: flag(),
            addresses: fc.array(address(6), { minLength: 1, maxLength: 16 }),
            notStrict: flag(),
          },
          { requiredKeys: ['kind', 'source', 'type'] },
        )
        .filter((match) => match.notStrict === undefined || match.addresses !== undefined),
    ),
};
