import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { test } from '../steps.js';

/** Source first. A range that ends before it begins holds no address. */
export const iprange: LowerMatch<'iprange'> = (match, { family }) => [
  ...(match.sourceRange === undefined ? [] : [test(tested(match.sourceRange, (range) => inRange(family, 'ip.source', range)), match.source)]),
  ...(match.destinationRange === undefined
    ? []
    : [test(tested(match.destinationRange, (range) => inRange(family, 'ip.destination', range)), match.source)]),
];
