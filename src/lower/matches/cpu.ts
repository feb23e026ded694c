import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const cpu: LowerMatch<'cpu'> = (match) => [
  refuse(
    'cpu',
    'the processor that handles a packet is not carried yet',
    match.source,
    'nft can say it by hand: `meta cpu N`',
  ),
];
