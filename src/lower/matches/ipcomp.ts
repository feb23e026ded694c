import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const ipcomp: LowerMatch<'ipcomp'> = (match) => [
  refuse(
    'ipcomp',
    'IPComp headers are not carried yet',
    match.source,
    'nft can say it by hand: `comp cpi N`',
  ),
];
