import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { test } from '../steps.js';

export const mark: LowerMatch<'mark'> = (match, { family }) => [
  test(tested(match.mark, ({ value, mask }) => masked(family, 'packet.mark', BigInt(value), BigInt(mask))), match.source),
];
