import type { LowerMatch } from '../context.js';
import { inRange, tested } from '../predicates.js';
import { test } from '../steps.js';

export const length: LowerMatch<'length'> = (match, { family }) => [test(tested(match.length, (range) => inRange(family, 'ip.length', range)), match.source)];
