import type { LowerMatch } from '../context.js';
import { test } from '../steps.js';

export const limit: LowerMatch<'limit'> = ({ interval, burst, source }) => [
  test({ kind: 'limit', identity: `limit ${interval}/10000s burst ${burst}`, interval, burst }, source),
];
