import type { LowerMatch } from '../context.js';
import { tested } from '../predicates.js';
import { test } from '../steps.js';
import { ctState } from './conntrack.js';

export const state: LowerMatch<'state'> = (match) => [test(tested(match.states, ctState), match.source)];
