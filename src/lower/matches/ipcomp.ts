import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { test, transportHeader } from '../steps.js';

/** Wants 4 bytes and compares the 16-bit CPI; `--compres` is never looked at. */
export const ipcomp: LowerMatch<'ipcomp'> = ({ spi, source }, context) => [
  ...transportHeader(4, context, source),
  test(tested(spi, (range) => inRange(context.family, 'ipcomp.cpi', range)), source),
];
