import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const srh: LowerMatch<'srh'> = (match) => [
  refuse(
    'srh',
    'IPv6 segment routing headers are not carried yet',
    match.source,
    'nft can say it by hand: `exthdr srh exists`, `srh last-entry N`, `srh tag N`, `srh sid[1] ADDRESS`',
  ),
];
