import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const cgroup: LowerMatch<'cgroup'> = (match) => [
  refuse(
    'cgroup',
    'which control group a packet comes from is not carried yet',
    match.source,
    'nft can say it by hand: `meta cgroup N` for --cgroup, `socket cgroupv2 level N "PATH"` for --path',
  ),
];
