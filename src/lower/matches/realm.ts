import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const realm: LowerMatch<'realm'> = (match) => [
  refuse(
    'realm',
    'realms of routes are not carried yet',
    match.source,
    'nft can say it by hand: `rtclassid N`',
  ),
];
