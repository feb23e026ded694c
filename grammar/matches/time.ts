import type { TimeMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension } from '../extension.js';
import { formatClock, formatDate, readClock, readDate } from '../values/clock.js';
import { firstDay, formatDays, readMonthdays, readWeekdays, weekdayNames } from '../values/days.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const allMonthdays = 0xffff_fffe;
const allWeekdays = 0xfe;
const lastSecond = 86_399;
/** The stop date that means none; saved on every rule. */
const noStop = 0x7fff_ffff;

/** Both lists take `!`, but what is stored is the complement. */
const complement = (test: { readonly value: number; readonly negated: boolean } | undefined, all: number): number =>
  test === undefined ? all : ((test.negated ? ~test.value : test.value) & all) >>> 0;

export const time: MatchExtension<'time'> = {
  kind: 'time',
  modules: ['time'],
  families: [4, 6],
  options: [
    { name: 'datestart', arity: 1 },
    { name: 'datestop', arity: 1 },
    { name: 'timestart', arity: 1 },
    { name: 'timestop', arity: 1 },
    { name: 'contiguous', arity: 0 },
    { name: 'weekdays', arity: 1, negatable: true },
    { name: 'monthdays', arity: 1, negatable: true },
    { name: 'localtz', arity: 0, excludes: ['utc'] },
    { name: 'utc', arity: 0, excludes: ['localtz', 'kerneltz'] },
    { name: 'kerneltz', arity: 0, excludes: ['utc'] },
  ],
  decode(given, context: DecodeContext): TimeMatch | undefined {
    const uses = readUses(given);
    const dayStart = uses.value('timestart', (word) => readClock(word, context, 'timestart')) ?? 0;
    const dayStop = uses.value('timestop', (word) => readClock(word, context, 'timestop')) ?? lastSecond;
    const dateStart = uses.value('datestart', (word) => readDate(word, context, 'datestart')) ?? 0;
    const dateStop = uses.value('datestop', (word) => readDate(word, context, 'datestop')) ?? noStop;
    const monthdays = complement(uses.test('monthdays', (word) => readMonthdays(word, context)), allMonthdays);
    const weekdays = complement(uses.test('weekdays', (word) => readWeekdays(word, context)), allWeekdays);
    if (uses.failed) return undefined;
    if (uses.has('contiguous') && dayStart < dayStop) {
      context.report('kernel-refuses', { extension: 'time', reason: '--contiguous wants --timestop before --timestart' });
      return undefined;
    }
    if (uses.has('localtz')) context.report('value-ignored', { option: '--localtz', reason: 'it is read as --kerneltz' });
    return {
      kind: 'time',
      source: context.source,
      dateStart,
      dateStop,
      dayStart,
      dayStop,
      monthdays,
      weekdays,
      ...optional('contiguous', uses.flag('contiguous')),
      ...optional('kernelTimezone', uses.has('kerneltz') || uses.has('localtz') ? true as const : undefined),
    };
  },
  print(match) {
    const allDay = match.dayStart === 0 && match.dayStop === lastSecond;
    return (
      (allDay ? '' : printValue('timestart', formatClock(match.dayStart)) + printValue('timestop', formatClock(match.dayStop))) +
      (match.monthdays === allMonthdays ? '' : ` --monthdays ${formatDays(match.monthdays, String) || '0'}`) +
      printWeekdays(match.weekdays) +
      printValue('datestart', match.dateStart === 0 ? undefined : formatDate(match.dateStart)) +
      printValue('datestop', formatDate(match.dateStop)) +
      printFlag('kerneltz', match.kernelTimezone) +
      printFlag('contiguous', match.contiguous)
    );
  },
  lossy(match) {
    if (match.monthdays === 0 || match.weekdays === 0) return 'iptables-save prints the empty list of days as nothing, which cannot be read again';
    return match.dateStop === 0 ? 'iptables-save leaves out --datestop 1970-01-01T00:00:00, behind which nothing matches' : undefined;
  },
};

function printWeekdays(weekdays: number): string {
  if (weekdays === allWeekdays) return '';
  const name = (day: number): string => weekdayNames[day - firstDay] ?? '';
  return weekdays === 0 ? ` ! --weekdays ${formatDays(allWeekdays, name)}` : ` --weekdays ${formatDays(weekdays, name)}`;
}
