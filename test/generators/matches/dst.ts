import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** Padding of one byte has no length, and iptables leaves no room for one in the last place. */
const option = fc.record({ type: number(255), length: number(254) }, { requiredKeys: ['type'] }).map((one) => (one.type === 0 ? { type: 0 } : one));

export const dst: MatchGenerator<'dst'> = {
  families: [6],
  draw: () =>
    fc.record(
      {
        kind: fc.constant('dst' as const),
        source: fc.constant(nowhere),
        length: test(number(0xffff_ffff)),
        options: fc.array(option, { minLength: 1, maxLength: 16 }).map((all) => all.map((one, at) => (at === 15 ? { type: one.type } : one))),
      },
      { requiredKeys: ['kind', 'source'] },
    ),
};
