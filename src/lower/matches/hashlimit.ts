import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const hashlimit: LowerMatch<'hashlimit'> = (match) => [
  refuse(
    'hashlimit',
    'a rate for each address is a state that is not carried yet',
    match.source,
    'nft can say it by hand: an own set with `flags dynamic,timeout`, and `update @set { ip saddr limit rate over N/second }`; one rate for all packets is `-m limit`',
  ),
];
