import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const connsecmark: JumpGenerator<'connsecmark'> = {
  families: [4, 6],
  draw: () =>
    fc.record({ kind: fc.constant('connsecmark' as const), source: fc.constant(nowhere), operation: fc.constantFrom('save' as const, 'restore' as const) }),
};
