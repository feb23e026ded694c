import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** Rates whose time times burst stays within the kernel's 32 bits. */
export const limit: MatchGenerator<'limit'> = {
  families: [4, 6],
  draw: () =>
    fc
      .tuple(fc.constantFrom(1, 60, 3_600, 86_400), number(10_000, 1), number(10_000, 1))
      .map(([seconds, count, burst]) => ({ kind: 'limit' as const, source: nowhere, interval: Math.floor((seconds * 10_000) / count), burst }))
      .filter(({ interval, burst }) => interval > 0 && interval * burst < 1_300_000_000),
};
