import type { LowerMatch } from '../context.js';
import { equals, tested } from '../predicates.js';
import { test } from '../steps.js';

export const cpu: LowerMatch<'cpu'> = (match, { family }) => [test(tested(match.cpu, (cpu) => equals(family, 'host.processor', cpu)), match.source)];
