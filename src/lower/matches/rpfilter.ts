import type { LowerMatch } from '../context.js';
import { refuse } from '../steps.js';

export const rpfilter: LowerMatch<'rpfilter'> = (match) => [
  refuse(
    'rpfilter',
    'the reverse path test is not carried yet',
    match.source,
    'nft can say it by hand: `fib saddr . iif oif missing` where --invert stands, `exists` otherwise; without `. iif` for --loose',
  ),
];
