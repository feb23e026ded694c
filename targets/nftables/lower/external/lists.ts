import type { Source } from '../../../../src/ir/index.js';
import { refuse, type RuleContext } from '../context.js';
import { constant, type Condition } from '../nodes.js';
import type { LowerExternal } from './index.js';

export const options: LowerExternal<'options'> = ({ header }, _negated, context, source) => {
  const word = header === 'hop-by-hop' ? 'hbh' : 'dst';
  refuse(context, `--${word}-opts`, 'where an option lies hangs on those before it, which nft cannot follow', `ask for the header and its length alone: \`exthdr ${word} exists\`, \`${word} hdrlength 0\``, source);
  return constant(false);
};

/** What nft has no form for, with what comes nearest. */
function unsayable(what: string, reason: string, hint: string) {
  return (_test: unknown, _negated: boolean, context: RuleContext, source: Source): Condition => {
    refuse(context, what, reason, hint, source);
    return constant(false);
  };
}

const dccp = unsayable('--dccp-option', 'nft 1.0.6 does not read the options of DCCP', 'ask for what stands before them: `dccp type request`, `@th,64,8 & 0x1 == 0x1`');

export const unsayableTests = {
  'dccp-options': dccp,
  'dccp-option': dccp,
  'eui64': unsayable('eui64', 'nft cannot compare an address with the MAC of its frame', 'list the pairs: `ether saddr . ip6 saddr @pairs`'),
  'search': unsayable('string', 'nft does not search through a packet', 'match bytes at a place that is known, `@th,64,32 0x47455420`, or leave the search to a program behind a queue: `queue num 0`'),
} as const;

export const routingAddresses: LowerExternal<'routing-addresses'> = ({ anywhere }, _negated, context, source) => {
  const [what, hint] = anywhere ? ['--rt-0-not-strict', 'give all addresses of the header, two at most'] : ['--rt-0-addrs', 'give two addresses at most'];
  refuse(context, what, 'nft 1.0.6 falls over all addresses of a routing header but the first two', `${hint}: \`srh sid[1] 2001:db8::1 srh sid[2] 2001:db8::2\``, source);
  return constant(false);
};
