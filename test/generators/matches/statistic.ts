import fc from 'fast-check';
import { number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u32 = 0xffff_ffff;
const random = fc.record({ kind: fc.constant('random' as const), probability: test(number(2 ** 31)) });
const nth = fc
  .record({ kind: fc.constant('nth' as const), every: test(number(u32, 1)), packet: number(u32) })
  .map((mode) => ({ ...mode, packet: mode.packet % mode.every.value }));

export const statistic: MatchGenerator<'statistic'> = {
  families: [4, 6],
  draw: () => fc.record({ kind: fc.constant('statistic' as const), source: fc.constant(nowhere), mode: fc.oneof(random, nth) }),
};
