import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const hbh: LowerMatch<'hbh'> = (match) => [
  refuse(
    'hbh',
    'IPv6 hop-by-hop options are not carried yet',
    match.source,
    'nft can say it by hand: `exthdr hbh exists`, `hbh hdrlength N` (in units of 8 bytes, less one); single options cannot be said',
  ),
];
