import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const frag: LowerMatch<'frag'> = (match) => [
  refuse(
    'frag',
    'IPv6 fragment headers are not carried yet',
    match.source,
    'nft can say it by hand: `exthdr frag exists`, `frag id N`, `frag more-fragments 1`, `frag frag-off 0`',
  ),
];
