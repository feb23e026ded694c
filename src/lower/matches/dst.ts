import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const dst: LowerMatch<'dst'> = (match) => [
  refuse(
    'dst',
    'IPv6 destination options are not carried yet',
    match.source,
    'nft can say it by hand: `exthdr dst exists`, `dst hdrlength N` (in units of 8 bytes, less one); single options cannot be said',
  ),
];
