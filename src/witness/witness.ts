import type { Hook } from '../ir/index.js';
import { describePacket } from '../packet/index.js';
import { type Arrival, type Bdd, BudgetExceeded, type HookDifference, type Layout, type OutcomeTable, type Vocabulary } from '../symbolic/index.js';
import type { Judgement, Side, Witness } from '../verify/result.js';
import { differingStates, hangsOn, isDrawn } from './reason.js';
import { candidatesOf, type Candidate, type Quarry } from './search.js';
import { fingerprint, simulator, type Judged, type Simulator } from './simulate.js';
import { judgementOf } from './words.js';

export interface WitnessQuestion {
  readonly difference: HookDifference;
  readonly comparison: { readonly bdd: Bdd; readonly layout: Layout; readonly vocabulary: Vocabulary; readonly outcomes: OutcomeTable };
  readonly left: Side;
  readonly right: Side;
}

export interface WitnessAnswer {
  readonly witness: Witness;
  readonly left: Judgement;
  readonly right: Judgement;
  readonly kind: 'verdict' | 'effect';
}

/**
 * A packet from a region of disagreement, with the host and the packets before it that it needs, as natural as the region allows, run
 * through both sides on the emulated stack. `replayable` only where they judged it differently; else the first candidate is given and
 * why it proves nothing. Undefined where the region holds no packet that can be built.
 */
export function witnessFor(question: WitnessQuestion): WitnessAnswer | undefined {
  const { left, right, difference, comparison } = question;
  const { hook, arrivals } = difference;
  const quarry: Quarry = { family: comparison.layout.family, hook, arrivals, comparison, rulesets: [left.core, right.core] };
  const [one, other] = [simulator(left), simulator(right)];
  const tried: Tried[] = [];
  let effect: Tried | undefined;
  let rates = 0;
  for (const candidate of candidates(quarry, () => starkest(question))) {
    const both = judgeBoth(candidate, one, other);
    if (both === undefined) continue;
    const attempt: Tried = { candidate, both };
    tried.push(attempt);
    // What the kernel draws, nobody can replay.
    if (candidate.scene.told !== true && !isDrawn(candidate.assignment, question)) {
      const kind = kindOf(both, hook);
      if (kind === 'verdict') return answer(attempt, hook, { replayable: true }, kind);
      if (kind === 'effect') effect ??= attempt;
    }
    if (effect !== undefined && candidate.last === true) break;
    if (differingStates(candidate.assignment, question).length > 0 && ++rates === mostRates) break;
  }
  if (effect !== undefined) return answer(effect, hook, { replayable: true }, 'effect');
  const best = tried.find(({ both }) => kindOf(both, hook) !== undefined) ?? tried.find(({ both }) => reaches(both, hook)) ?? tried[0];
  return best && answer(best, hook, { replayable: false, hangsOn: hangsOn(best, tried, question) }, kindOf(best.both, hook));
}

/** A few candidates, then those that matter most, then all others; `last` where enough has been seen to be content with an effect. */
function* candidates(quarry: Quarry, stark: () => readonly Arrival[]): Generator<Candidate & { readonly last?: true }> {
  let count = 0;
  for (const candidate of candidatesOf(quarry)) {
    yield candidate;
    if (++count === firstGlance) break;
  }
  const arrivals = stark();
  if (arrivals.length > 0) yield* candidatesOf({ ...quarry, arrivals });
  for (const candidate of candidatesOf(quarry)) yield { ...candidate, last: true };
}

/** Candidates of the whole region that are tried before its most telling part is looked for. */
const firstGlance = 12;

/** The part of the arrivals in which one side lets live what the other ends, or ends it otherwise: what matters most, and shows. */
function starkest({ difference, comparison }: WitnessQuestion): readonly Arrival[] {
  const { bdd, outcomes } = comparison;
  try {
    const apart = bdd.replace(difference.left, difference.right, (one, other) =>
      one === undefined || other === undefined ? undefined : one === other || outcomes.outcome(one).ending === outcomes.outcome(other).ending ? 0 : 1);
    return difference.arrivals.map((arrival) => ({ ...arrival, start: bdd.and(arrival.start, apart) })).filter(({ start }) => start !== 0);
  } catch (error) {
    if (error instanceof BudgetExceeded) return [];
    throw error;
  }
}

/** Candidates that differ only in which rates they are counted by, after which others are not looked for. */
const mostRates = 40;

/** A candidate that came to be judged. */
export interface Tried {
  readonly candidate: Candidate;
  readonly both: Both;
}

type Both = readonly [Judged, Judged];

function judgeBoth({ scene }: Candidate, one: Simulator, other: Simulator): Both | undefined {
  const left = one.judge(scene);
  const right = left && other.judge(scene);
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** A rule of the hook was asked on one side, or the packet ended there. */
const reaches = (both: Both, hook: Hook): boolean => both.some(({ outcome }) => outcome.stage === hook || outcome.path.some((step) => step.hook === hook));

/** How two judgements differ; undefined where they do not, or where it is not known. */
function kindOf(both: Both, hook: Hook): 'verdict' | 'effect' | undefined {
  const [left, right] = both;
  if (left.outcome.verdict === 'unknown' || right.outcome.verdict === 'unknown' || !reaches(both, hook)) return undefined;
  const [one, other] = [fingerprint(left), fingerprint(right)];
  return one.verdict !== other.verdict ? 'verdict' : one.effect !== other.effect ? 'effect' : undefined;
}

function answer({ candidate, both: [left, right] }: Tried, hook: Hook, standing: Pick<Witness, 'replayable' | 'hangsOn'>, kind: 'verdict' | 'effect' = 'verdict'): WitnessAnswer {
  const { packet, before, topology } = candidate.scene;
  const witness: Witness = { words: describePacket(packet), packet, topology, before, ...standing };
  return { witness, left: judgementOf(left, right, packet, hook), right: judgementOf(right, left, packet, hook), kind };
}
