import { rest } from '../context.js';
import { direct } from '../nodes.js';
import type { LowerExternal } from './index.js';

export const wayBack: LowerExternal<'way-back'> = ({ loose, mark }, negated, context, source) => {
  if (context.family === 6 && !loose) rest(context, 'one-ipv6-route-to-a-network', 'the match rpfilter', source);
  return direct({ kind: 'exists', what: { kind: 'way-back', via: !loose, mark }, negated });
};
