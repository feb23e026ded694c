import type { ListedRule, ListedStatement } from '../read/listed.js';
import { plainText } from './context.js';

const least = 5;
const most = 15;

/**
 * nft has no word for "the TCP header is whole": this target writes eleven rules, one for each data offset with the header's last
 * bytes loaded. They come back as one rule with that one test, so that it is the same question that the rules of iptables ask.
 */
export function wholeTcpAt(rules: readonly ListedRule[], at: number): { readonly statements: readonly ListedStatement[]; readonly count: number } | undefined {
  const rule = rules[at];
  const whole = rule === undefined ? undefined : rowOf(rule, least);
  if (whole === undefined) return undefined;
  const count = most - least + 1;
  const rows = rules.slice(at, at + count);
  const text = comparable(whole);
  return rows.length === count && rows.every((row, index) => text === comparable(rowOf(row, least + index) ?? [])) ? { statements: whole, count } : undefined;
}

/** The statements with the two tests of one data offset, side by side, put into one; undefined where they are not there. */
function rowOf({ statements }: ListedRule, words: number): readonly ListedStatement[] | undefined {
  const at = statements.findIndex((statement, index) => isOffset(statement, words) && isLoad(statements[index + 1], words));
  return at < 0 ? undefined : [...statements.slice(0, at), { kind: 'whole-tcp' }, ...statements.slice(at + 2)];
}

function isOffset(statement: ListedStatement, words: number): boolean {
  if (statement.kind !== 'match' || statement.negated || statement.left.kind !== 'payload' || statement.right.kind !== 'intervals') return false;
  const { left, right } = statement;
  const [only, ...more] = right.intervals;
  return left.base === 'th' && left.offset === 96 && left.bits === 4 && left.protocol === 6 && more.length === 0 && only?.min === BigInt(words) && only.max === only.min;
}

function isLoad(statement: ListedStatement | undefined, words: number): boolean {
  if (statement?.kind !== 'loads' && statement?.kind !== 'match') return false;
  const { left } = statement;
  if (left.kind !== 'payload' || left.base !== 'th' || left.offset !== words * 32 - 24 || left.bits !== 24) return false;
  if (statement.kind === 'loads') return true;
  const { negated, right } = statement;
  return !negated && right.kind === 'intervals' && right.intervals.length === 1 && right.intervals[0]?.min === 0n && right.intervals[0].max >= 0xffffffn;
}

const comparable = (statements: readonly ListedStatement[]): string => plainText(statements.filter(({ kind }) => kind !== 'counter'));
