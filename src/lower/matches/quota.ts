import type { LowerMatch } from '../context.js';
import { negatedIf } from '../predicates.js';
import { external, test } from '../steps.js';

export const quota: LowerMatch<'quota'> = ({ quota: { value, negated }, source }) => [test(negatedIf(negated, external({ kind: 'quota', bytes: value })), source)];
