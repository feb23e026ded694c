import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const classify: JumpGenerator<'classify'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('classify' as const), source: fc.constant(nowhere), major: number(65_535), minor: number(65_535) }),
};
