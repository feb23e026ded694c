import type { Key, MeterRate, Predicate, RecentMatch, Rule } from '../ir/index.js';
import type { MatchContext } from './context.js';
import { or } from './predicates.js';
import { external } from './steps.js';

/** What some rule asks of a list: seen so often within so many seconds (absent: at any time). */
interface Question {
  readonly seconds?: number | undefined;
  readonly hitcount?: number | undefined;
}

/**
 * The tables that carry a list: for each question about one sight a table whose keys go when the time of the question is over; for each
 * about several a rate, and a table of those beyond it.
 */
export interface RecentTables {
  readonly name: string;
  readonly questions: readonly Question[];
  /** It is not the list that iptables keeps. */
  readonly approximate: boolean;
  /** Some rule puts addresses into it. */
  readonly fed: boolean;
  /** Whether the rest of a rule hangs on there being something to `--remove`. */
  asksRemoved(rule: Rule): boolean;
}

const often = ({ hitcount }: Question): boolean => (hitcount ?? 0) > 1;
const keyText = ({ seconds, hitcount }: Question): string => `${seconds ?? 'ever'} ${(hitcount ?? 0) > 1 ? (hitcount ?? 0) : 1}`;

/** Undefined where rules do not agree on the mask. */
export function tablesOf(match: RecentMatch, { uses, rule }: MatchContext): RecentTables | undefined {
  const { name } = match;
  const use = uses?.recent.get(name) ?? { matches: [match], tables: new Set() };
  if (use.matches.some(({ mask }) => mask !== match.mask)) return undefined;
  const asking = use.matches.filter(({ action }) => action.value === 'rcheck' || action.value === 'update');
  const removing = use.matches.filter(({ action }) => action.value === 'remove');
  const asksRemoved = (one: Rule): boolean => {
    const at = one.matches.findIndex((other) => other.kind === 'recent' && other.name === name && other.action.value === 'remove');
    const remove = one.matches[at];
    const before = one.matches.slice(0, at).some((other) => other.kind === 'recent' && remove?.kind === 'recent' && other.name === name && other.address === remove.address && (other.action.value === 'rcheck' || other.action.value === 'update') && !other.action.negated);
    return !before && (one.jump !== undefined || at < one.matches.length - 1);
  };
  const questions = new Map<string, Question>(asking.map((one) => [keyText(one), { seconds: one.seconds, hitcount: one.hitcount }]));
  const removes = removing.length > 0 && (uses?.removes(name, asksRemoved) ?? (rule !== undefined && asksRemoved(rule)));
  if (removes) questions.set('ever 1', {});
  const all = [...questions.values()];
  const longest = Math.max(0, ...all.map(({ seconds }) => seconds ?? Infinity));
  const approximate = use.tables.size > 1 || all.some(often) || use.matches.some(({ rttl, reap, seconds }) => rttl === true || (reap === true && (seconds ?? 0) < longest));
  return { name, questions: all, approximate, fed: use.matches.some(({ action }) => action.value === 'set'), asksRemoved };
}

const roleOf = (kind: 'recent' | 'rate' | 'over', { seconds, hitcount }: Question): string => `${kind}${kind === 'recent' ? '' : `-${hitcount ?? 0}`}-${seconds ?? 'ever'}`;

/** What is asked about the address now. */
export function checks({ name }: RecentTables, question: Question, key: Key): Predicate {
  return external({ kind: 'listed', table: { name, role: roleOf(often(question) ? 'over' : 'recent', question) }, key });
}

/** Notes a sight in every table. */
export function records({ name, questions }: RecentTables, key: Key): readonly Predicate[] {
  return questions.map((question) => {
    const kept = question.seconds === undefined ? {} : { seconds: question.seconds };
    if (!often(question)) return external({ kind: 'remember', table: { name, role: roleOf('recent', question) }, key, ...kept });
    const { rate, expire } = rateOf(question);
    const within = external({ kind: 'meter', table: { name, role: roleOf('rate', question) }, key, rate, expire });
    return or([within, external({ kind: 'remember', table: { name, role: roleOf('over', question) }, key, ...kept })]);
  });
}

export function forgets({ name, questions }: RecentTables, key: Key): readonly Predicate[] {
  const roles = questions.flatMap((question) => (often(question) ? [roleOf('rate', question), roleOf('over', question)] : [roleOf('recent', question)]));
  return roles.map((role) => external({ kind: 'forget', table: { name, role }, key }));
}

const lengths = [1, 60, 3_600, 86_400] as const;
const day = 86_400;

/** One sight fewer than asks for may come in the time, as a whole number of sights a second, minute, hour or day. */
function rateOf({ seconds = 30 * day, hitcount = 2 }: Question): { readonly rate: MeterRate; readonly expire: number } {
  const length = lengths.find((one) => Number.isInteger(((hitcount - 1) * one) / seconds)) ?? day;
  const perUnit = Math.max(1, Math.round(((hitcount - 1) * length) / seconds));
  return { rate: { unit: 'packets', interval: Math.floor((length * 1e6) / perUnit), burst: hitcount - 1 }, expire: seconds };
}
