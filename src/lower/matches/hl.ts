import type { LowerMatch } from '../context.js';
import { test } from '../steps.js';
import { timeToLive } from './ttl.js';

export const hl: LowerMatch<'hl'> = (match, { family }) => [test(timeToLive(match, family), match.source)];
