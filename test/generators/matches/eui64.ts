import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const eui64: MatchGenerator<'eui64'> = {
  families: [6],
  draw: () => fc.record({ kind: fc.constant('eui64' as const), source: fc.constant(nowhere) }),
};
