import type { LowerMatch } from '../context.js';
import { never, tested } from '../predicates.js';
import { external, test } from '../steps.js';

/** Both algorithms find the same. */
export const string: LowerMatch<'string'> = ({ pattern, from, to, icase, source }) => [
  test(tested(pattern, (text) => (to < from + text.length ? never : external({ kind: 'search', text, from, to, fold: icase === true }))), source),
];
