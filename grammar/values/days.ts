import type { Word } from '../extension.js';
import { scanUnsigned } from './number.js';
import { placeOf, type Reporter } from './reporter.js';

export const firstDay = 1;
export const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Days between commas as a bit mask (bit n = day n). iptables looks at two characters of each: 123 is 12. Day 0 is no day. */
export function readMonthdays(word: Word, reporter: Reporter): number | undefined {
  let mask = 0;
  for (const text of segments(word.text)) {
    const day = number(text.slice(0, 2));
    if (day === undefined || day > 31) return refuse(word, reporter, 'monthdays', text, 'is no day of a month');
    mask |= 1 << day;
  }
  return (mask & ~1) >>> 0;
}

/** Names by their first two letters, or numbers from Monday, 1; numbers beyond 7 are no day, on 32 bits. */
export function readWeekdays(word: Word, reporter: Reporter): number | undefined {
  let mask = 0;
  for (const text of segments(word.text)) {
    const day = number(text.slice(0, 3));
    if (day === 0) return refuse(word, reporter, 'weekdays', text, 'is no day: the week begins with Monday, 1');
    if (day !== undefined) {
      mask |= 1 << (day & 31);
      continue;
    }
    const named = weekdayNames.findIndex((name) => text.slice(0, 2) === name.slice(0, 2));
    if (named < 0) return refuse(word, reporter, 'weekdays', text, `is not one of ${weekdayNames.join(', ')}`);
    mask |= 1 << (named + firstDay);
  }
  return mask & 0xfe;
}

/** strsep as the tool has it: nothing at the end is no segment. */
function segments(text: string): readonly string[] {
  const found = text.split(',');
  if (found[found.length - 1] === '') found.pop();
  return found;
}

/** The whole text as strtoul reads it; nothing at all is 0. */
function number(text: string): number | undefined {
  if (text === '') return 0;
  const scanned = scanUnsigned(text);
  return scanned === undefined || scanned.end !== text.length ? undefined : Number(scanned.value);
}

function refuse(word: Word, reporter: Reporter, option: string, text: string, problem: string): undefined {
  reporter.report('bad-value', { option, text, problem }, placeOf(word, reporter));
  return undefined;
}

export function formatDays(mask: number, name: (day: number) => string): string {
  return Array.from({ length: 31 }, (_, at) => at + firstDay)
    .filter((day) => ((mask >>> day) & 1) === 1)
    .map(name)
    .join(',');
}
