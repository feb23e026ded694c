import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const rt: LowerMatch<'rt'> = (match) => [
  refuse(
    'rt',
    'IPv6 routing headers are not carried yet',
    match.source,
    'nft can say it by hand: `exthdr rt exists`, `rt type N`, `rt hdrlength N` (in units of 8 bytes)',
  ),
];
