import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const connlabel: LowerMatch<'connlabel'> = (match) => [
  refuse(
    'connlabel',
    'labels of connections are not carried yet',
    match.source,
    'nft can say it by hand: `ct label N`, and `ct label set N` for --set',
  ),
];
