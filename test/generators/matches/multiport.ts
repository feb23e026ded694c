import fc from 'fast-check';
import { number, range, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const entry = fc.oneof(
  number(65_535).map((port) => ({ min: port, max: port, ranged: false })),
  range(65_535).filter(({ min, max }) => min < max).map((ports) => ({ ...ports, ranged: true })),
);

const slots = (entries: readonly { readonly ranged: boolean }[]): number => entries.reduce((all, { ranged }) => all + (ranged ? 2 : 1), 0);

export const multiport: MatchGenerator<'multiport'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('multiport' as const),
      source: fc.constant(nowhere),
      side: fc.constantFrom('source' as const, 'destination' as const, 'either' as const),
      ports: test(fc.array(entry, { minLength: 1, maxLength: 15 }).filter((entries) => slots(entries) <= 15)),
    }),
};
