import type { Family, PredicateOf } from '../../../src/ir/index.js';
import { match, single, type Expression } from '../ast.js';
import { fieldTest } from './fields.js';
import { all, any, constant, direct, type Condition } from './nodes.js';

const clock: Expression = { kind: 'meta', key: 'time' };
const last = (1n << 64n) - 1n;

/**
 * The clock in whole seconds. nft writes no fraction of a second: an end is said as "before the next second", and of several
 * intervals each ends at that second, whose first instant is then taken out again.
 */
export function clockTest(predicate: PredicateOf<'field'>, negated: boolean, family: Family): Condition {
  const test = fieldTest(predicate, false, family, undefined);
  if (typeof test === 'string') return constant((test === 'always') !== negated);
  if (test.kind !== 'match' || test.right.kind !== 'intervals') return direct(test);
  const { intervals } = test.right;
  const [first, ...more] = intervals;
  if (first !== undefined && more.length === 0) {
    const from = first.min === 0n ? [] : [match(clock, [negated ? { min: 0n, max: first.min - 1n } : { min: first.min, max: last }])];
    const until = first.max === last ? [] : [match(clock, [negated ? { min: first.max + 1n, max: last } : { min: 0n, max: first.max }])];
    const ends = [...from, ...until].map((end) => direct(end));
    return negated ? any(ends) : all(ends);
  }
  const spans = intervals.map(({ min, max }) => ({ min, max: max === last ? max : max + 1n }));
  const ends = spans.flatMap(({ max }) => (max === last ? [] : [single(max)]));
  const inSpans = direct(match(clock, spans, negated));
  const atEnds = direct(match(clock, ends, !negated));
  return negated ? any([inSpans, atEnds]) : all([inSpans, atEnds]);
}
