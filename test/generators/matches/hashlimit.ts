import fc from 'fast-check';
import { addressBits, type HashlimitMatch } from '../../../src/ir/index.js';
import { bareName, number, some } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const perPeriod = fc
  .tuple(fc.constantFrom(1, 60, 3_600, 86_400), number(100_000, 1))
  .map(([seconds, count]) => Math.floor((seconds * 1_000_000) / count))
  .filter((interval) => interval > 0);

/** Costs that some rate has: those of floor(2^32 / n). */
const costs = number(0x0fff_ffff, 1).map((speed) => Math.floor(0xffff_ffff / (speed + 1))).filter((cost) => cost >= 2);

const rates: fc.Arbitrary<HashlimitMatch['rate']> = fc.oneof(
  fc.record({ unit: fc.constant('packets' as const), interval: perPeriod, burst: number(10_000, 1) }).filter(({ interval, burst }) => interval * burst < 86_400_000_000),
  // Beyond 32 bits of bytes no text says such a burst.
  fc
    .record({ unit: fc.constant('bytes' as const), cost: costs, burst: number(300) })
    .map((rate) => ({ ...rate, burst: Math.min(rate.burst, Math.max(1, Math.floor(0x0fff_ffff / Math.floor(0xffff_ffff / rate.cost)))) })),
);

export const hashlimit: MatchGenerator<'hashlimit'> = {
  families: [4, 6],
  draw: (family) =>
    fc.record({
      kind: fc.constant('hashlimit' as const),
      source: fc.constant(nowhere),
      comparison: fc.constantFrom('upto' as const, 'above' as const),
      rate: rates,
      mode: fc.oneof(fc.constant([]), some(['srcip', 'srcport', 'dstip', 'dstport'] as const)),
      name: bareName(20),
      tableSize: number(1_048_576),
      tableMax: number(1_048_576),
      gcInterval: number(0xffff_ffff, 1),
      expire: number(0xffff_ffff, 1),
      sourcePrefix: number(addressBits(family)),
      destinationPrefix: number(addressBits(family)),
    }),
};
