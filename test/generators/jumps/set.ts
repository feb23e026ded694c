import fc from 'fast-check';
import { bareName, flag, number, some } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const reference = fc.record({
  set: bareName(31),
  dimensions: fc.array(fc.constantFrom('src' as const, 'dst' as const), { minLength: 1, maxLength: 6 }),
});
const flags = some(['mark', 'priority', 'queue'] as const);
const map = fc.tuple(reference, flags).map(([one, chosen]) => ({
  ...one,
  ...(chosen.includes('mark') ? { mark: true as const } : {}),
  ...(chosen.includes('priority') ? { priority: true as const } : {}),
  ...(chosen.includes('queue') ? { queue: true as const } : {}),
}));

export const set: JumpGenerator<'set'> = {
  families: [4, 6],
  draw: () =>
    fc
      .record(
        {
          kind: fc.constant('set' as const),
          source: fc.constant(nowhere),
          add: reference,
          exist: flag(),
          timeout: number(0xffff_fffe),
          remove: reference,
          map,
        },
        { requiredKeys: ['kind', 'source'] },
      )
      .filter(({ add, exist, timeout }) => add !== undefined || (exist === undefined && timeout === undefined))
      .filter(({ add, remove, map: mapped }) => add !== undefined || remove !== undefined || mapped !== undefined),
};
