import { type Action, externalTests, type Match, type Predicate, type Step } from '../ir/index.js';
import { isStateful, leavesOf } from '../ir/predicate.js';
import { external, refuse, test } from './steps.js';

export const restoresMark = (match: Match): boolean => match.kind === 'socket' && match.restoreMark === true;

/** What `-m socket --restore-skmark` does as soon as it holds, whatever comes of the rest of its rule. */
export const takeSocketMark: Action = { kind: 'assign', to: 'packet.mark', value: { kind: 'copy', from: 'socket.mark', fromMask: 0xffff_ffff, toMask: 0xffff_ffff } };

/**
 * The steps of the rule that stands in front and takes over the mark: all up to the match, and that the socket has a mark to give (one that
 * waits after the end of its connection has none). They are asked again by the rule itself, so they must say the same then.
 */
export function stepsToRestore(upToMatch: readonly Step[], { source }: Match): readonly Step[] {
  const changes = upToMatch.some((step) => step.kind !== 'refuse' && (isStateful(step.predicate) || leavesOf(step.predicate).some(looksAtMark)));
  if (changes) return [refuse('socket', "taking over a socket's mark behind a test that may answer otherwise when it is asked again", source, 'put -m socket --restore-skmark in front of the other matches')];
  return [...upToMatch, test(external({ kind: 'open-socket', what: 'full' }), source)];
}

function looksAtMark(leaf: Predicate): boolean {
  switch (leaf.kind) {
    case 'field':
      return leaf.field === 'packet.mark';
    case 'set':
      return leaf.dimensions.length > 1;
    case 'external': {
      const { looksAt } = externalTests[leaf.test.kind];
      return looksAt === 'everything' || looksAt.includes('packet.mark');
    }
    default:
      return false;
  }
}
