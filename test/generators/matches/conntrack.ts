import fc from 'fast-check';
import { ctStateFlags, ctStatuses } from '../../../src/ir/index.js';
import { anyRange, hostMask, number, some, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const statuses = ctStatuses.filter((status) => status !== 'NONE');

export const conntrack: MatchGenerator<'conntrack'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('conntrack' as const),
      source: fc.constant(nowhere),
      states: test(some(ctStateFlags)),
      protocol: test(number(255)),
      originalSource: test(hostMask(family)),
      originalDestination: test(hostMask(family)),
      replySource: test(hostMask(family)),
      replyDestination: test(hostMask(family)),
      originalSourcePort: test(anyRange(65_535)),
      originalDestinationPort: test(anyRange(65_535)),
      replySourcePort: test(anyRange(65_535)),
      replyDestinationPort: test(anyRange(65_535)),
      statuses: test(fc.oneof(some(statuses), fc.constant(['NONE' as const]))),
      expire: test(anyRange(0xffff_ffff)),
      direction: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => Object.keys(match).length > 2),
};
