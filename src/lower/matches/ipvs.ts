import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const ipvs: LowerMatch<'ipvs'> = (match) => [
  refuse(
    'ipvs',
    'what IPVS knows of a packet is not carried, and nft cannot ask for it',
    match.source,
    'match on the addresses and ports of the service',
  ),
];
