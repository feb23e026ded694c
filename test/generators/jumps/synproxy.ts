import fc from 'fast-check';
import { flag, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

export const synproxy: JumpGenerator<'synproxy'> = {
  families: [4, 6],
  draw: () =>
    fc.tuple(fc.boolean(), fc.record({
      kind: fc.constant('synproxy' as const),
      source: fc.constant(nowhere),
      sackPermitted: flag(),
      timestamp: flag(),
      windowScale: number(255),
      mss: number(65_535),
    }, { requiredKeys: ['kind', 'source'] })).map(([ecn, node]) => (ecn ? { ...node, ecn } : node)),
};
