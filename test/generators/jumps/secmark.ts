import fc from 'fast-check';
import { text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const secmark: JumpGenerator<'secmark'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('secmark' as const), source: fc.constant(nowhere), context: text(255, 1) }),
};
