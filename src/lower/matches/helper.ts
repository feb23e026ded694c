import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const helper: LowerMatch<'helper'> = (match) => [
  refuse(
    'helper',
    'which helper watches a connection is not carried yet',
    match.source,
    'nft can say it by hand: `ct helper "NAME"`; for what a helper expects, `--ctstate RELATED` is carried',
  ),
];
