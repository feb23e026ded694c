import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const trace: JumpGenerator<'trace'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('trace' as const), source: fc.constant(nowhere) }),
};
