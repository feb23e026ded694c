import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const policy: LowerMatch<'policy'> = (match) => [
  refuse(
    'policy',
    'whether a packet is under IPsec is not carried yet',
    match.source,
    'nft can say it by hand: `meta secpath exists` for --dir in --pol ipsec, `rt ipsec exists` for --dir out, `ipsec in reqid N`',
  ),
];
