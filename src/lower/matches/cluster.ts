import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const cluster: LowerMatch<'cluster'> = (match) => [
  refuse(
    'cluster',
    'the hash by which the nodes of a cluster share connections is not carried',
    match.source,
    'nft has hashes of its own: `jhash ct original ip saddr mod 2 seed 0xfeedcafe == 0`; they fall otherwise, so that every node must change at once',
  ),
];
