import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const icmp6: MatchGenerator<'icmp6'> = {
  families: [6],
  draw: () =>
    fc.record({
      kind: fc.constant('icmp6' as const),
      source: fc.constant(nowhere),
      icmpType: test(
        fc.record({
          type: number(255),
          code: fc.oneof(fc.constant({ min: 0, max: 255 }), number(255).map((code) => ({ min: code, max: code }))),
        }),
      ),
    }),
};
