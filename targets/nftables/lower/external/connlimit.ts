import { ownName } from '../context.js';
import { declareDynamic, keyExpression } from '../dynamic.js';
import type { LowerExternal } from './index.js';

/** Each rule counts for itself. nft drops, as xtables does, where it cannot tell what connection a packet would be of. */
export const connlimit: LowerExternal<'connlimit'> = ({ key, limit }, negated, context, source) => {
  const { sets } = context.table;
  const names = [...Array(sets.size + 1).keys()].map((index) => ownName(context, `connections${index === 0 ? '' : index + 1}`));
  const set = names.find((name) => !sets.has(name)) ?? '';
  declareDynamic(set, key, { timeouts: false, changes: true }, context, source);
  return { kind: 'stateful', statement: { kind: 'update', operation: 'add', set, key: keyExpression(key, context, source), asks: { kind: 'connections', limit, over: !negated } } };
};
