import fc from 'fast-check';
import { npt } from './npt.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const dnpt: JumpGenerator<'dnpt'> = {
  families: [6],
  draw: () => fc.record({ kind: fc.constant('dnpt' as const), source: fc.constant(nowhere), from: npt, to: npt }),
};
