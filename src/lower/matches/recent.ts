import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const recent: LowerMatch<'recent'> = (match) => [
  refuse(
    'recent',
    'a list of recently seen addresses is a state that is not carried yet',
    match.source,
    'nft can say the plain forms by hand: an own set with `flags dynamic,timeout`, `add @set { ip saddr timeout 60s }` to record and `ip saddr @set` to ask',
  ),
];
