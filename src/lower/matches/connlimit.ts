import type { LowerMatch } from '../context.js';
import { addressKey } from '../keys.js';
import { negatedIf } from '../predicates.js';
import { external, test } from '../steps.js';

/** The address is the packet's own, whoever opened its connection; packets that no connection could be of are dropped, by nft too. */
export const connlimit: LowerMatch<'connlimit'> = ({ comparison, limit, prefix, address, source }, { family }) => [
  test(negatedIf(comparison === 'upto', external({ kind: 'connlimit', key: [addressKey(address, prefix, family)], limit })), source),
];
