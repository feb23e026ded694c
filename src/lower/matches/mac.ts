import type { LowerMatch } from '../context.js';
import { equals, tested } from '../predicates.js';
import { present, test } from '../steps.js';

/** Without an Ethernet header it does not match, plain or inverted. */
export const mac: LowerMatch<'mac'> = (match, { family }) => [
  test(present({ kind: 'ethernet' }), match.source),
  test(tested(match.address, (address) => equals(family, 'ethernet.source', address)), match.source),
];
