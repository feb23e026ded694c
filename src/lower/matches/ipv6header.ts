import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const ipv6header: LowerMatch<'ipv6header'> = (match) => [
  refuse(
    'ipv6header',
    'which extension headers a packet has is not carried yet',
    match.source,
    'nft can say it by hand for one header: `exthdr hbh exists`, `exthdr frag missing`',
  ),
];
