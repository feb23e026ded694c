import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const devgroup: LowerMatch<'devgroup'> = (match) => [
  refuse(
    'devgroup',
    'groups of devices are not carried yet',
    match.source,
    'nft can say it by hand: `iifgroup N`, `oifgroup N`',
  ),
];
