import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const hl: JumpGenerator<'hl'> = {
  families: [6],
  draw: () =>
    fc.record({
      kind: fc.constant('hl' as const),
      source: fc.constant(nowhere),
      operation: fc.constantFrom('set' as const, 'inc' as const, 'dec' as const),
      value: number(255),
    }).filter(({ operation, value }) => operation === 'set' || value > 0),
};
