import type { Family, Interval, Predicate, TimeMatch } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, inIntervals, inRange, not, or } from '../predicates.js';
import { setting, test } from '../steps.js';

const day = 86_400;
const allMonthdays = 0xffff_fffe;
const allWeekdays = 0xfe;

/**
 * The kernel asks for the date, the time of day, the weekday and the day of the month, in UTC. A time of day that begins no earlier
 * than it ends wraps around midnight; with `--contiguous` what lies behind midnight then counts to the day before.
 */
export const time: LowerMatch<'time'> = (match, { family }) => {
  const { dayStart, dayStop, source } = match;
  const wraps = dayStart >= dayStop;
  const early = inRange(family, 'clock.of-day', { min: 0, max: dayStop });
  const late = inRange(family, 'clock.of-day', { min: dayStart, max: day - 1 });
  const days =
    wraps && match.contiguous === true
      ? or([and([early, dayTests(match, family, 1)]), and([not(early), dayTests(match, family, 0)])])
      : dayTests(match, family, 0);
  return [
    ...(match.kernelTimezone === true ? [setting('kernel-clock-in-utc', source)] : []),
    test(inRange(family, 'clock.seconds', { min: match.dateStart, max: match.dateStop }), source),
    test(wraps ? or([late, early]) : inRange(family, 'clock.of-day', { min: dayStart, max: dayStop }), source),
    test(days, source),
  ];
};

/** `back`: the days that count are so many before the clock's. */
function dayTests({ weekdays, monthdays, dateStart, dateStop }: TimeMatch, family: Family, back: number): Predicate {
  const tests: Predicate[] = [];
  if (weekdays !== allWeekdays) tests.push(inIntervals(family, 'clock.weekday', weekdaysIn(weekdays, back)));
  if (monthdays !== allMonthdays) tests.push(inIntervals(family, 'clock.seconds', monthdaysIn(monthdays, dateStart, dateStop, back)));
  return and(tests);
}

/** Bit 1 is Monday, bit 7 Sunday. */
function weekdaysIn(mask: number, back: number): readonly Interval[] {
  const days = Array.from({ length: 7 }, (_, index) => index + 1).filter((bit) => (mask & (1 << bit)) !== 0);
  return days.map((bit) => single((bit + back) % 7));
}

const single = (value: number): Interval => ({ min: BigInt(value), max: BigInt(value) });

/** The days themselves, from the first to the last of the dates: no field holds the day of the month. */
function monthdaysIn(mask: number, dateStart: number, dateStop: number, back: number): readonly Interval[] {
  const intervals: Interval[] = [];
  for (let one = Math.floor(dateStart / day); one * day <= dateStop; one++) {
    const monthday = new Date((one - back) * day * 1000).getUTCDate();
    if (((mask >>> monthday) & 1) !== 0) intervals.push({ min: BigInt(one * day), max: BigInt(one * day + day - 1) });
  }
  return intervals;
}
