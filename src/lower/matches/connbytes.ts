import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const connbytes: LowerMatch<'connbytes'> = (match) => [
  refuse(
    'connbytes',
    'how much a connection has carried is not carried yet',
    match.source,
    'nft can say it by hand: `ct original packets 0-1000`, `ct bytes >= 1000000`, `ct reply avgpkt 100-200`',
  ),
];
