import { encodeName } from '../../names.js';
import { refuse, type RuleContext } from '../context.js';
import { constant, direct, type Condition } from '../nodes.js';
import type { LowerExternal } from './index.js';

/** The rule goes on, having counted in a counter of the table. */
export function countIn(name: string, { table }: RuleContext): Condition {
  const account = encodeName(name);
  table.accounts.add(account);
  return direct({ kind: 'account', name: account });
}

export const account: LowerExternal<'account'> = ({ name }, negated, context, source) => {
  refuse(context, 'nfacct', 'whether an accounting object has a quota, and whether that is spent, is nowhere in the rules', `add --assume accounts-without-quota; a quota can be said by hand: quota name "${encodeName(name)}"`, source);
  return constant(!negated);
};
