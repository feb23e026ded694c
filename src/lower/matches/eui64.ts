import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const eui64: LowerMatch<'eui64'> = (match) => [
  refuse(
    'eui64',
    'whether an address is made of the MAC of its frame is not carried, and nft cannot compare the two',
    match.source,
    'pin the pairs with `ether saddr . ip6 saddr @pairs`',
  ),
];
