import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const socket: LowerMatch<'socket'> = (match) => [
  refuse(
    'socket',
    'local sockets that a packet would find are not carried yet',
    match.source,
    'nft can say it by hand: `socket wildcard 0`, `socket transparent 1`, `meta mark set socket mark`',
  ),
];
