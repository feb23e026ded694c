import fc from 'fast-check';
import { masked, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const realm: MatchGenerator<'realm'> = {
  families: [4],
  draw: () => fc.record({ kind: fc.constant('realm' as const), source: fc.constant(nowhere), realm: test(masked(0xffff_ffff)) }),
};
