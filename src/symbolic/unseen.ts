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

/**
 * Packets off the wire that one side rejects and the other drops, or rejects in another way, where no answer leaves this host: nobody hears of
 * it. `output`: what becomes of packets at OUTPUT; `answers`: what may be an answer there.
 */
export function unheard(left: number, right: number, output: () => number, answers: number, { bdd, outcomes }: RulesetContext): number {
  const pairs = bdd.replace(left, right, (one, other) => (one === undefined || other === undefined ? undefined : one !== other && endAlike(outcomes.outcome(one), outcomes.outcome(other)) ? 1 : 0));
  if (pairs === 0) return 0;
  return bdd.and(answers, bdd.replace(output(), 0, (value) => (value === undefined ? undefined : isNothing(outcomes.outcome(value)) ? 0 : 1))) === 0 ? pairs : 0;
}

/** Dropped, and nothing else. */
const isNothing = ({ ending, effects, written }: Outcome): boolean => ending === 'drop' && effects.length === 0 && written['ct.mark'] === undefined;

const ends = (ending: Outcome['ending']): boolean => ending === 'drop' || ending.startsWith('reject');

/** Both end the packet, and leave behind the same beside. */
const endAlike = (one: Outcome, other: Outcome): boolean => ends(one.ending) && ends(other.ending) && lasting(one) === lasting(other);

const lasting = ({ effects, written }: Outcome): string => JSON.stringify([effects.filter(({ kind }) => kind !== 'change').map(({ kind, text, seen }) => [kind, text, seen]), written['ct.mark']]);

const leavesNothing = ({ ending, effects, written }: Outcome): boolean => ending === 'accept' && effects.every(({ kind }) => kind === 'change') && written['ct.mark'] === undefined;
