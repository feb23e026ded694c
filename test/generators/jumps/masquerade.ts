import fc from 'fast-check';
import { flag, range } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const masquerade: JumpGenerator<'masquerade'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('masquerade' as const),
      source: fc.constant(nowhere),
      ports: range(65_535),
      random: flag(),
      randomFully: flag(),
    }, { requiredKeys: ['kind', 'source'] }),
};
