import fc from 'fast-check';
import { anyRange, keptRange } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const udp: MatchGenerator<'udp'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('udp' as const),
      source: fc.constant(nowhere),
      sourcePort: keptRange(anyRange(65_535), 65_535),
      destinationPort: keptRange(anyRange(65_535), 65_535),
    }, { requiredKeys: ['kind', 'source'] }),
};
