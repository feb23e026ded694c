import type { LowerMatch } from '../context.js';
import { addressKey } from '../keys.js';
import { negatedIf } from '../predicates.js';
import { external, refuse, test } from '../steps.js';

/** The address is the packet's own, whoever opened its connection; packets that no connection could be of are dropped, by nft too. */
export const connlimit: LowerMatch<'connlimit'> = ({ comparison, limit, prefix, address, source }, { family, uses }) => {
  if (uses?.zones === true) return [refuse('connlimit', 'connections of several zones (CT --zone) are counted apart, which nft does not', source, 'give each zone rules of its own: `ct zone 1 add @set { ip saddr ct count over N }`')];
  return [test(negatedIf(comparison === 'upto', external({ kind: 'connlimit', key: [addressKey(address, prefix, family)], limit })), source)];
};
