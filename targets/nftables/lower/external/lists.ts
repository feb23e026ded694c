import { refuse } from '../context.js';
import { constant } from '../nodes.js';
import type { LowerExternal } from './index.js';

export const options: LowerExternal<'options'> = ({ header }, _negated, context, source) => {
  const word = header === 'hop-by-hop' ? 'hbh' : 'dst';
  refuse(context, `--${word}-opts`, 'where an option lies hangs on those before it, which nft cannot follow', `ask for the header and its length alone: \`exthdr ${word} exists\`, \`${word} hdrlength 0\``, source);
  return constant(false);
};

export const routingAddresses: LowerExternal<'routing-addresses'> = ({ anywhere }, _negated, context, source) => {
  const [what, hint] = anywhere ? ['--rt-0-not-strict', 'give all addresses of the header, two at most'] : ['--rt-0-addrs', 'give two addresses at most'];
  refuse(context, what, 'nft 1.0.6 falls over all addresses of a routing header but the first two', `${hint}: \`srh sid[1] 2001:db8::1 srh sid[2] 2001:db8::2\``, source);
  return constant(false);
};
