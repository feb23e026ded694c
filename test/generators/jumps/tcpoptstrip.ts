import fc from 'fast-check';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const tcpoptstrip: JumpGenerator<'tcpoptstrip'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('tcpoptstrip' as const),
      source: fc.constant(nowhere),
      options: fc.uniqueArray(fc.integer({ min: 2, max: 255 }), { maxLength: 20 }).map((options) => options.sort((left, right) => left - right)),
    }),
};
