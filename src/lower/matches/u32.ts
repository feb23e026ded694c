import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const u32: LowerMatch<'u32'> = (match) => [
  refuse(
    'u32',
    'tests on four bytes at a time are not carried yet',
    match.source,
    'nft can say a plain test by hand: `@nh,0,32 & 0xff == 0x1`; offsets that are read from the packet cannot be said',
  ),
];
