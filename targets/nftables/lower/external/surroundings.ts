import { match, single, type Expression } from '../../ast.js';
import { refuse, rest } from '../context.js';
import { constant, direct, fails } from '../nodes.js';
import type { LowerExternal } from './index.js';

/** What is not there cannot be read, so that the opposite needs a chain. */
export const openSocket: LowerExternal<'open-socket'> = ({ what }, negated) => {
  const left: Expression = { kind: 'socket', key: what === 'any' || what === 'transparent' ? 'transparent' : 'wildcard' };
  const found = what === 'any' || what === 'full' ? direct({ kind: 'loads', left, bits: 1 }) : direct(match(left, [single(1)]));
  return negated ? fails(found) : found;
};

/** Asked of packets with a connection only, where it can be read; `ct label set` does nothing without one, and the rule goes on. */
export const label: LowerExternal<'label'> = ({ bit, set }, negated) => (set ? direct({ kind: 'set-label', bit }) : direct({ kind: 'label', bit, negated }));

export const cluster: LowerExternal<'cluster'> = ({ nodes, total, seed }, negated, context, source) => {
  if (context.family === 6) {
    refuse(context, 'cluster in IPv6', 'the kernel hashes the first four bytes of the address alone, nft all of it', `nft can say, where every node changes to it at once: jhash ct original ip6 saddr mod ${total} seed 0x${seed.toString(16)} == ${Math.max(0, 31 - Math.clz32(nodes))}`, source);
    return constant(false);
  }
  const ours = Array.from({ length: total }, (_, node) => node).filter((node) => ((nodes >>> node) & 1) === 1);
  if (ours.length === 0 || ours.length === total) return constant((ours.length === 0) === negated);
  return direct(match({ kind: 'jhash', modulus: total, seed }, ours.map(single), negated));
};

export const bridgePort: LowerExternal<'bridge-port'> = ({ unbridged }, negated, context, source) => {
  rest(context, 'no-bridged-packets', 'the match physdev', source);
  return constant(unbridged !== negated);
};
