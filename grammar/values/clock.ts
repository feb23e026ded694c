import type { Word } from '../extension.js';
import { placeOf, type Reporter } from './reporter.js';

/** strtoul with base 10: a part that is empty is 0. */
const part = '[ \\t]*[+]?([0-9]*)';
const clock = new RegExp(`^${part}:${part}(?::${part})?$`);
const date = new RegExp(`^${part}(?:-${part}(?:-${part}(?:T${part}(?::${part}(?::${part})?)?)?)?)?$`);

/** `hh:mm[:ss]` in seconds. */
export function readClock(word: Word, reporter: Reporter, option: string): number | undefined {
  const found = clock.exec(word.text);
  const [hour = 0, minute = 0, second = 0] = (found ?? []).slice(1).map(Number);
  if (found !== null && hour <= 23 && minute <= 59 && orZero(second) <= 59) return hour * 3_600 + minute * 60 + orZero(second);
  reporter.report('bad-value', { option, text: word.text, problem: 'is not hh:mm[:ss] between 00:00 and 23:59:59' }, placeOf(word, reporter));
  return undefined;
}

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` in UTC, seconds since 1970; days beyond the month run into the next one. */
export function readDate(word: Word, reporter: Reporter, option: string): number | undefined {
  const found = date.exec(word.text);
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (found ?? []).slice(1).map((text) => (text === undefined ? undefined : Number(text)));
  const sane = year !== undefined && year >= 1970 && year <= 2038 && month <= 12 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
  const seconds = sane ? Date.UTC(year, month - 1, day, hour, minute, second) / 1_000 : -1;
  if (seconds >= 0) return seconds;
  reporter.report('bad-value', { option, text: word.text, problem: 'is not a date YYYY[-MM[-DD[Thh[:mm[:ss]]]]] from 1970 to 2038' }, placeOf(word, reporter));
  return undefined;
}

const two = (value: number): string => String(value).padStart(2, '0');

export const formatClock = (seconds: number): string =>
  [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');

export const formatDate = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19);
