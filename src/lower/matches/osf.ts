import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const osf: LowerMatch<'osf'> = (match) => [
  refuse(
    'osf',
    'fingerprints of operating systems are not carried yet',
    match.source,
    'nft can say it by hand: `osf ttl loose name "Linux"`; its fingerprints are loaded apart',
  ),
];
