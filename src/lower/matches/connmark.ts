import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { present, test } from '../steps.js';

/** Without an entry it does not match, plain or inverted. */
export const connmark: LowerMatch<'connmark'> = (match, { family }) => [
  test(present({ kind: 'connection' }), match.source),
  test(tested(match.mark, ({ value, mask }) => masked(family, 'ct.mark', BigInt(value), BigInt(mask))), match.source),
];
