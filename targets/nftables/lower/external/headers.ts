import type { Ipv6Header } from '../../../../src/ir/index.js';
import { leavesOf } from '../../../../src/ir/predicate.js';
import { match, single } from '../../ast.js';
import type { ExthdrName } from '../../exthdr.js';
import { refuse, rest, type RuleContext } from '../context.js';
import { l4proto } from '../fields.js';
import { constant, direct } from '../nodes.js';
import type { LowerExternal } from './index.js';

/** Where the walk of `ipv6header` could end elsewhere than the kernel's own. */
function restOnPlainWalk(context: RuleContext, source: Parameters<LowerExternal<'header'>>[3]): void {
  for (const id of ['no-broken-ipv6-extension-headers', 'no-truncated-l4-headers', context.table.reassembles ? 'no-nested-fragments' : 'no-later-fragments'] as const) rest(context, id, 'the match ipv6header', source);
}

export const headersEnd: LowerExternal<'headers-end'> = (_test, negated, context, source) => {
  restOnPlainWalk(context, source);
  return constant(!negated);
};

const words: { readonly [H in Ipv6Header]?: ExthdrName } = { 'hop-by-hop': 'hbh', 'ipv6-opts': 'dst', 'ipv6-route': 'rt', 'ipv6-frag': 'frag' };
const ends: { readonly [H in Ipv6Header]?: readonly number[] } = { 'ah': [51], 'esp': [50], 'ipv6-nonxt': [59], 'protocol': [50, 59] };

/** The walk of nft for the protocol ends at an authentication header, so that it tells one or what is behind it. */
export const header: LowerExternal<'header'> = ({ header: kind }, negated, context, source) => {
  restOnPlainWalk(context, source);
  const word = words[kind];
  if (word !== undefined) return direct({ kind: 'exists', what: { kind: 'exthdr', header: word }, negated });
  if (kind !== 'ah') rest(context, 'no-ipv6-authentication-headers', 'the match ipv6header', source);
  else if (!negated && asksForEnd(context)) refuse(context, 'this list of headers', 'nft does not look behind an authentication header', 'name it alone: --header ah --soft', source);
  return direct(match(l4proto, (ends[kind] ?? []).map(single), negated !== (kind === 'protocol')));
};

/** The rule wants an authentication header, and asks how the list ends too. */
function asksForEnd({ rule }: RuleContext): boolean {
  const wanted = rule.steps.flatMap((step) => (step.kind === 'test' ? [step.predicate] : []));
  const headers = wanted.flatMap(leavesOf).flatMap((leaf) => (leaf.kind === 'external' && leaf.test.kind === 'header' ? [leaf.test.header] : []));
  const authenticated = wanted.some((predicate) => predicate.kind === 'external' && predicate.test.kind === 'header' && predicate.test.header === 'ah');
  return authenticated && headers.some((one) => one === 'esp' || one === 'ipv6-nonxt' || one === 'protocol');
}
