import type { RulesetContext } from './context.js';
import type { Outcome } from './outcome.js';
import { neverRouted } from './places.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * Packets off the wire that both sides accept at PREROUTING and routing then refuses: what the sides have written to them, nobody sees. Of
 * two diagrams of outcomes there; without those that either side logs, or of which something stays behind.
 */
export function unseenBehind(left: number, right: number, vocabulary: Vocabulary, context: RulesetContext): number {
  const { bdd, outcomes } = context;
  const { source, destination } = neverRouted(vocabulary, bdd, context.layout);
  if (source === 0 && destination === 0) return 0;
  const pairs = (isUnseen: (outcome: Outcome) => boolean): number =>
    bdd.replace(left, right, (one, other) => (one === undefined || other === undefined ? undefined : [one, other].every((value) => isUnseen(outcomes.outcome(value))) ? 1 : 0));
  return bdd.or(
    bdd.and(source, pairs((outcome) => leavesNothing(outcome) && outcome.written['ip.source'] === undefined)),
    bdd.and(destination, pairs((outcome) => leavesNothing(outcome) && outcome.written['ip.destination'] === undefined)),
  );
}

const leavesNothing = ({ ending, effects, written }: Outcome): boolean => ending === 'accept' && effects.every(({ kind }) => kind === 'change') && written['ct.mark'] === undefined;
