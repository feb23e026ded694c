import fc from 'fast-check';
import { text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const nfacct: MatchGenerator<'nfacct'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('nfacct' as const), source: fc.constant(nowhere), name: text(31, 1) }),
};
