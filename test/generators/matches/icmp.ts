import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const all = { min: 0, max: 255 };

/** Type 255 comes with every code only. */
export const icmp: MatchGenerator<'icmp'> = {
  families: [4],
  draw: () =>
    fc.record({
      kind: fc.constant('icmp' as const),
      source: fc.constant(nowhere),
      icmpType: test(
        fc.oneof(
          number(255).map((type) => ({ type, code: all })),
          fc.record({ type: number(254), code: number(255).map((code) => ({ min: code, max: code })) }),
        ),
      ),
    }),
};
