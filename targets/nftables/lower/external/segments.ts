import { single, match, type Statement } from '../../ast.js';
import { knownExthdr } from '../../exthdr.js';
import { refuse, rest } from '../context.js';
import { anyAddress } from '../fields.js';
import { constant, direct } from '../nodes.js';
import type { LowerExternal } from './index.js';

export const segmentsOverrun: LowerExternal<'segments-overrun'> = (_test, negated, context, source) => {
  rest(context, 'plain-segment-routing', 'the match srh', source);
  return constant(negated);
};

const left = (value: number): Statement => match(knownExthdr('rt', 'seg-left'), [single(value)]);

/**
 * The place of the address hangs on the segments left, and nft 1.0.6 reads the first two only. Without the network: that it can be read, which
 * the rule asks first, so that the opposite of a network is one too that can be read.
 */
export const segment: LowerExternal<'segment'> = ({ which, network }, negated, context, source) => {
  rest(context, 'short-segment-lists', which === 'previous' ? '--srh-psid' : '--srh-nsid', source);
  const there = which === 'previous' ? [left(0), match(knownExthdr('srh', 'last-entry'), [single(1)])] : [left(1)];
  const address = knownExthdr('srh', which === 'previous' ? 'sid[2]' : 'sid[1]');
  const full = (1n << 128n) - 1n;
  if (network === undefined) return negated ? constant(false) : direct(...there, anyAddress(address));
  const host = full ^ network.mask;
  if ((host & (host + 1n)) !== 0n) {
    refuse(context, 'a segment under this mask', 'nft 1.0.6 reads no mask on the addresses of a routing header', 'give a prefix', source);
    return constant(false);
  }
  const inside = match(address, [{ min: network.address, max: network.address | host }], negated);
  return direct(...there, inside);
};
