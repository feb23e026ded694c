import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const physdev: LowerMatch<'physdev'> = (match) => [
  refuse(
    'physdev',
    'the ports of a bridge cannot be seen from an IP table',
    match.source,
    'match the bridge itself with -i or -o, or filter in an nft table of family bridge with `iifname` and `oifname`',
  ),
];
