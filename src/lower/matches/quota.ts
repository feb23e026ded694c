import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const quota: LowerMatch<'quota'> = (match) => [
  refuse(
    'quota',
    'quotas are not carried yet',
    match.source,
    'nft can say it by hand: `quota until 1000000 bytes`, `quota over 1000000 bytes`',
  ),
];
