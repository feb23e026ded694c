import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const connlimit: LowerMatch<'connlimit'> = (match) => [
  refuse(
    'connlimit',
    'how many connections an address has is a state that is not carried yet',
    match.source,
    'nft can say it by hand: an own set of type ipv4_addr or ipv6_addr with `flags dynamic`, and `add @set { ip saddr ct count over N }`',
  ),
];
