import type { Jump, JumpKind, JumpOf, Step } from '../../ir/index.js';
import type { MatchContext } from '../context.js';
import { notLaterFragment, present, require, unguarded, wholeHeader } from '../steps.js';
import { tcpBits } from './ecn.js';

/** What a jump itself wants of the packet, behind the rule's tests: else it drops the packet, or leaves it alone. */
const needs: { readonly [K in JumpKind]?: (jump: JumpOf<K>, context: MatchContext) => readonly Step[] } = {
  // A later fragment is taken for a TCP header.
  ecn: (jump, context) => (tcpBits(jump).mask === 0 ? [] : [require(present({ kind: 'transport', bytes: 20, ...unguarded(context) }), jump.source, 'no-truncated-l4-headers')]),
  synproxy: ({ source }, context) => [...notLaterFragment(context, source), wholeHeader(20, source)],
  tcpoptstrip: ({ source }, context) => [...notLaterFragment(context, source), require(present({ kind: 'tcp-options' }), source, 'no-truncated-l4-headers')],
};

/** The steps that a jump adds to its rule. */
export function jumpNeeds(jump: Jump | undefined, context: MatchContext): readonly Step[] {
  if (jump === undefined) return [];
  return (needs[jump.kind] as ((jump: Jump, context: MatchContext) => readonly Step[]) | undefined)?.(jump, context) ?? [];
}
