import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { test } from '../steps.js';

export const tos: LowerMatch<'tos'> = (match, { family }) => [
  test(tested(match.tos, ({ value, mask }) => masked(family, 'ip.tos', BigInt(value), BigInt(mask))), match.source),
];
