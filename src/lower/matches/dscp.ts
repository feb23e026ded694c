import type { LowerMatch } from '../context.js';
import { masked, tested } from '../predicates.js';
import { test } from '../steps.js';

/** The six upper bits of the TOS byte. */
export const dscp: LowerMatch<'dscp'> = (match, { family }) => [
  test(tested(match.dscp, (value) => masked(family, 'ip.tos', BigInt(value) << 2n, 0xfcn)), match.source),
];
