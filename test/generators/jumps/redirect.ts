import fc from 'fast-check';
import { flag, range } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const redirect: JumpGenerator<'redirect'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('redirect' as const),
      source: fc.constant(nowhere),
      ports: range(65_535),
      random: flag(),
    }, { requiredKeys: ['kind', 'source'] }),
};
