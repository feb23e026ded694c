import fc from 'fast-check';
import { address, bareName, flag, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const recent: MatchGenerator<'recent'> = {
  families: [4, 6],
  draw: (family) => {
    const base = {
      kind: fc.constant('recent' as const),
      source: fc.constant(nowhere),
      name: bareName(20),
      mask: address(family),
      address: fc.constantFrom('source' as const, 'destination' as const),
    };
    const required = ['kind', 'source', 'name', 'mask', 'address', 'action'] as const;
    const checks = {
      ...base,
      action: test(fc.constantFrom('rcheck' as const, 'update' as const)),
      seconds: number(0xffff_ffff, 1),
      hitcount: number(255, 1),
      rttl: flag(),
      reap: flag(),
    };
    return fc.oneof(
      fc.record({ ...base, action: test(fc.constantFrom('set' as const, 'remove' as const)) }),
      fc.record(checks, { requiredKeys: [...required] }).filter((match) => match.reap === undefined || match.seconds !== undefined),
    );
  },
};
