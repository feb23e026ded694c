import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const mh: LowerMatch<'mh'> = (match) => [
  refuse(
    'mh',
    'IPv6 mobility headers are not carried yet',
    match.source,
    'nft can say it by hand: `meta l4proto 135 mh type 0-7`',
  ),
];
