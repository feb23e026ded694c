import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const nfacct: LowerMatch<'nfacct'> = (match) => [
  refuse(
    'nfacct',
    'accounting objects are not carried',
    match.source,
    'nft has named counters: `counter name "NAME"`, and `quota name "NAME"` for one with a quota',
  ),
];
