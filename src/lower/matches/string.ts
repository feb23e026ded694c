import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const string: LowerMatch<'string'> = (match) => [
  refuse(
    'string',
    'a search through the payload is not carried, and nft has none',
    match.source,
    'match on addresses, ports or a connection mark, or leave the search to a program behind a queue',
  ),
];
