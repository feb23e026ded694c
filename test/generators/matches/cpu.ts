import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const cpu: MatchGenerator<'cpu'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('cpu' as const), source: fc.constant(nowhere), cpu: test(number(0xffff_ffff)) }),
};
