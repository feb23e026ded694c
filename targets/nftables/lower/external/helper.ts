import { direct, any, fails } from '../nodes.js';
import { refuse } from '../context.js';
import type { LowerExternal } from './index.js';

/** nft breaks off where there is no helper, with `!=` too: the opposite needs a chain. nft has no word for any helper but one and all others. */
export const helper: LowerExternal<'helper'> = ({ name }, negated, context, source) => {
  const is = (wanted: string, not = false) => direct({ kind: 'helper', names: [wanted], negated: not });
  if (name !== undefined && !/^[A-Za-z0-9_.+-]{1,15}$/.test(name)) {
    refuse(context, `the helper ${JSON.stringify(name)}`, 'no helper has a name of this form, or nft text cannot hold it', 'a helper has a short name: ct helper "ftp"', source);
    return is('none');
  }
  const condition = name === undefined ? any([is('none'), is('none', true)]) : is(name);
  return negated ? fails(condition) : condition;
};
