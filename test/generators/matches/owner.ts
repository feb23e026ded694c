import fc from 'fast-check';
import { flag, negatable, range, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const owner: MatchGenerator<'owner'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('owner' as const),
      source: fc.constant(nowhere),
      socketExists: negatable(),
      uid: test(range(0xffff_fffe)),
      gid: test(range(0xffff_fffe)),
      supplementaryGroups: flag(),
    }, { requiredKeys: ['kind', 'source'] }).filter((match) => Object.keys(match).length > 2 && (match.supplementaryGroups === undefined || match.gid !== undefined)),
};
