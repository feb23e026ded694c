import fc from 'fast-check';
import { flag, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const connlabel: MatchGenerator<'connlabel'> = {
  families: [4, 6],
  draw: () =>
    fc.record(
      { kind: fc.constant('connlabel' as const), source: fc.constant(nowhere), label: test(number(127)), set: flag() },
      { requiredKeys: ['kind', 'source', 'label'] },
    ),
};
