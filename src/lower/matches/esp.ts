import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { test, transportHeader } from '../steps.js';

/** Wants 8 bytes, with or without a range. */
export const esp: LowerMatch<'esp'> = (match, context) => [
  ...transportHeader(8, context, match.source),
  ...(match.spi === undefined ? [] : [test(tested(match.spi, (range) => inRange(context.family, 'esp.spi', range)), match.source)]),
];
