import fc from 'fast-check';
import { flag, range } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const nfqueue: JumpGenerator<'nfqueue'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('nfqueue' as const),
      source: fc.constant(nowhere),
      queue: range(65_535).filter(({ min, max }) => max - min < 65_535),
      bypass: flag(),
      cpuFanout: flag(),
    }, { requiredKeys: ['kind', 'source', 'queue'] }).filter(({ queue, cpuFanout }) => cpuFanout === undefined || queue.min < queue.max),
};
