import { match, single, type Expression } from '../../ast.js';
import { direct, fails } from '../nodes.js';
import type { LowerExternal } from './index.js';

export const ipsec: LowerExternal<'ipsec'> = ({ direction }, negated) => direct({ kind: 'exists', what: { kind: 'ipsec', direction }, negated });

/** A layer that is not there cannot be read, so that the opposite of its being there needs a chain. */
export const ipsecLayer: LowerExternal<'ipsec-layer'> = ({ direction, layer, part = 'reqid', value }, negated) => {
  const left: Expression = { kind: 'ipsec', direction, layer, key: part };
  if (value !== undefined) return direct(match(left, [single(value)], negated));
  const there = direct({ kind: 'loads', left, bits: 32 });
  return negated ? fails(there) : there;
};
