import fc from 'fast-check';
import { number, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

/** One name has one rate of sampling, so the name says which. Averages stay below the 2^32 microseconds that iptables reads. */
export const rateest: JumpGenerator<'rateest'> = {
  families: [4, 6],
  draw: () =>
    fc.tuple(text(11, 1), number(5), number(9, 1)).map(([name, interval, ewmaLog]) => ({
      kind: 'rateest' as const,
      source: nowhere,
      name: `${name}${interval}.${ewmaLog}`,
      interval,
      ewmaLog,
    })),
};
