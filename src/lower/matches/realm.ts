import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { test } from '../steps.js';

export const realm: LowerMatch<'realm'> = (match, { family }) => [
  test(tested(match.realm, ({ value, mask }) => masked(family, 'route.realm', BigInt(value), BigInt(mask))), match.source),
];
