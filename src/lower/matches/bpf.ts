import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const bpf: LowerMatch<'bpf'> = (match) => [
  refuse(
    'bpf',
    'a program over the packet is not carried, and nft takes none',
    match.source,
    'say the tests of the program by hand, such as `ip saddr`, `udp dport` or `@th,0,16`, or attach the program itself with tc or XDP',
  ),
];
