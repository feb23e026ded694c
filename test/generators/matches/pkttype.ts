import fc from 'fast-check';
import { test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const pkttype: MatchGenerator<'pkttype'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('pkttype' as const),
      source: fc.constant(nowhere),
      packetType: test(fc.constantFrom('unicast' as const, 'broadcast' as const, 'multicast' as const, 'otherhost' as const)),
    }),
};
