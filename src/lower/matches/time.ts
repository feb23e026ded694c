import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const time: LowerMatch<'time'> = (match) => [
  refuse(
    'time',
    'the clock is not carried yet',
    match.source,
    'nft can say it by hand: `meta hour`, `meta day`, `meta time` (mind the time zone of the host that loads it)',
  ),
];
