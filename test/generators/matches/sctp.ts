import fc from 'fast-check';
import type { SctpChunk } from '../../../src/ir/index.js';
import { range, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** Types that have names, and the flag bits that iptables lets them test. */
const known: readonly (readonly [number, number])[] = [
  [0, 0x0f], [1, 0], [2, 0], [3, 0], [4, 0], [5, 0], [6, 0x01], [7, 0], [8, 0], [9, 0], [10, 0], [11, 0], [12, 0], [13, 0], [14, 0x01],
  [64, 0], [128, 0], [130, 0], [132, 0], [192, 0], [193, 0], [194, 0],
];

const list: fc.Arbitrary<readonly SctpChunk[]> = fc.oneof(
  fc.constant([]),
  fc.constant(Array.from({ length: 256 }, (_, type) => ({ type, flagMask: 0, flagValue: 0 }))),
  fc
    .tuple(fc.subarray([...known], { minLength: 1 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }))
    .map(([types, mask, value]) => types.map(([type, bits]) => ({ type, flagMask: bits & mask, flagValue: bits & mask & value }))),
);

export const sctp: MatchGenerator<'sctp'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('sctp' as const),
        source: fc.constant(nowhere),
        sourcePort: test(range(65_535)),
        destinationPort: test(range(65_535)),
        chunks: test(fc.record({ scope: fc.constantFrom('all' as const, 'any' as const, 'only' as const), chunks: list })),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
