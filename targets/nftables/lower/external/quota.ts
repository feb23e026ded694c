import { refuse } from '../context.js';
import type { LowerExternal } from './index.js';

/** nft counts the packets that do not fit too, and xtables stops at the first: the answers are the same (measured). */
export const quota: LowerExternal<'quota'> = ({ bytes }, negated, context, source) => {
  if (bytes >= 2n ** 63n) refuse(context, `--quota ${bytes}`, 'nft reads no number of bytes from 2^63 on', 'add --assume quotas-below-8-eib: then the rule has no quota', source);
  return { kind: 'stateful', statement: { kind: 'quota', bytes, over: negated } };
};
