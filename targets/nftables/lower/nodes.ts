import type { Interval } from '../../../src/ir/index.js';
import { match, type Expression, type Statement } from '../ast.js';
import { never } from './tidy.js';

/**
 * A predicate in the terms of nft. `direct`: statements in a row, false when one of them cannot read what it wants. `fails`: true
 * where the inner condition is not, which nft has no word for. `stateful`: must run once, in its place; with `fails` it holds where the
 * statement breaks off. `does`: always holds, and runs the statement where one of the rows of tests holds; no two of them do for one packet. Nothing
 * is negated any more.
 */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Condition[] }
  | { readonly kind: 'direct'; readonly statements: readonly Statement[] }
  | { readonly kind: 'stateful'; readonly statement: Statement; readonly fails?: true }
  | { readonly kind: 'does'; readonly where: readonly (readonly Statement[])[]; readonly statement: Statement }
  | { readonly kind: 'fails'; readonly condition: Condition };

export const direct = (...statements: readonly Statement[]): Condition => ({ kind: 'direct', statements });
export const constant = (value: boolean): Condition => ({ kind: 'constant', value });

export function all(parts: readonly Condition[]): Condition {
  return combine('all', parts);
}

export function any(parts: readonly Condition[]): Condition {
  return combine('any', parts);
}

function combine(kind: 'all' | 'any', parts: readonly Condition[]): Condition {
  const neutral = kind === 'all';
  const kept: Condition[] = [];
  for (const part of parts) {
    if (part.kind === 'constant') {
      if (part.value !== neutral) return part;
    } else if (part.kind === kind) {
      kept.push(...part.parts);
    } else {
      const joined = joinedValues(kept.at(-1), part, neutral);
      kept.splice(joined === undefined ? kept.length : -1, 1, joined ?? part);
    }
  }
  const [only] = kept;
  if (only === undefined) return constant(neutral);
  return kept.length === 1 ? only : { kind, parts: kept };
}

export const fails = (condition: Condition): Condition => (condition.kind === 'constant' ? constant(!condition.value) : { kind: 'fails', condition });

/** Two comparisons of one thing as one: either may hold, or, `negated`, neither. */
function joinedValues(one: Condition | undefined, other: Condition, negated: boolean): Condition | undefined {
  const [left, right] = [comparison(one, negated), comparison(other, negated)];
  if (left === undefined || right === undefined || text(left.left) !== text(right.left)) return undefined;
  const intervals = [...left.intervals, ...right.intervals].sort((a, b) => (a.min < b.min ? -1 : 1));
  return intervals.some(({ min }, index) => min <= (intervals[index - 1]?.max ?? -1n)) ? undefined : direct(match(left.left, intervals, negated));
}

function comparison(condition: Condition | undefined, negated: boolean): { readonly left: Expression; readonly intervals: readonly Interval[] } | undefined {
  if (condition?.kind !== 'direct' || condition.statements.length !== 1) return undefined;
  const [only] = condition.statements;
  return only?.kind === 'match' && only.negated === negated && only.right.kind === 'intervals' ? { left: only.left, intervals: only.right.intervals } : undefined;
}

const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));

/** Alternatives that conditions make together, at most; more go through chains, which are as long as the conditions. */
const mostTogether = 64;

/** The alternatives of a condition, each a row of statements; undefined when one of them is more than that, or there are too many. */
export function alternatives(condition: Condition): readonly (readonly Statement[])[] | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? [[]] : [[never]];
    case 'direct':
      return [condition.statements];
    case 'any': {
      const rows = condition.parts.map(alternatives);
      return rows.every((row) => row !== undefined) ? rows.flat() : undefined;
    }
    case 'all':
      return condition.parts.reduce<readonly (readonly Statement[])[] | undefined>((rows, part) => {
        const more = alternatives(part);
        return rows === undefined || more === undefined || rows.length * more.length > Math.max(mostTogether, rows.length, more.length) ? undefined : rows.flatMap((row) => more.map((other) => [...row, ...other]));
      }, [[]]);
    case 'stateful':
    case 'does':
    case 'fails':
      return undefined;
  }
}
