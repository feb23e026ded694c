import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const rateest: LowerMatch<'rateest'> = (match) => [
  refuse(
    'rateest',
    'estimated rates are not carried, and nft has none',
    match.source,
    'nft limits rates: `limit rate over 1000/second`, `limit rate over 100 kbytes/second`',
  ),
];
