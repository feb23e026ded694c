import fc from 'fast-check';
import { flag, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** 2039-01-01: the last year that iptables reads is 2038. */
const lastDate = 2_177_452_799;
const mask = (all: number): fc.Arbitrary<number> => fc.oneof(fc.constant(all), number(0xffff_ffff).map((bits) => (bits & all) >>> 0));

export const time: MatchGenerator<'time'> = {
  families: [4, 6],
  draw: () =>
    fc
      .record(
        {
          kind: fc.constant('time' as const),
          source: fc.constant(nowhere),
          dateStart: number(lastDate),
          dateStop: fc.oneof(fc.constant(0x7fff_ffff), number(lastDate)),
          dayStart: number(86_399),
          dayStop: number(86_399),
          monthdays: mask(0xffff_fffe),
          weekdays: mask(0xfe),
          contiguous: flag(),
          kernelTimezone: flag(),
        },
        { requiredKeys: ['kind', 'source', 'dateStart', 'dateStop', 'dayStart', 'dayStop', 'monthdays', 'weekdays'] },
      )
      .filter((match) => match.contiguous === undefined || match.dayStart >= match.dayStop),
};
