import fc from 'fast-check';
import { keptRange, range } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const mh: MatchGenerator<'mh'> = {
  families: [6],
  draw: () =>
    fc.record({ kind: fc.constant('mh' as const), source: fc.constant(nowhere), type: keptRange(range(255), 255) }, { requiredKeys: ['kind', 'source'] }),
};
