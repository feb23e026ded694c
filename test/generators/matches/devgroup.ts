import fc from 'fast-check';
import { masked, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const base = { kind: fc.constant('devgroup' as const), source: fc.constant(nowhere) };
const group = test(masked(0xffff_ffff));

export const devgroup: MatchGenerator<'devgroup'> = {
  families: [4, 6],
  draw: () =>
    fc.oneof(
      fc.record({ ...base, sourceGroup: group }),
      fc.record({ ...base, destinationGroup: group }),
      fc.record({ ...base, sourceGroup: group, destinationGroup: group }),
    ),
};
