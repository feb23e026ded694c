import type { Hook } from '../ir/index.js';
import { describePacket, dissect, toHex } from '../packet/index.js';
import { type Arrival, type Bdd, BudgetExceeded, type Ending, type HookDifference, type Layout, type OutcomeTable, stateNode, type Vocabulary } from '../symbolic/index.js';
import type { Judgement, Side, Witness } from '../verify/result.js';
import { differingStates, hangsOn } from './reason.js';
import { wornBy } from './repeat.js';
import { candidatesOf, translatedTo, type Candidate, type Quarry } from './search.js';
import { arrives, fingerprint, simulator, type Judged, type Scene, type Simulator } from './simulate.js';
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
  const tried: Tried[] = [];
  const best = hunt(quarry, question, tried) ?? hunt({ ...quarry, arrivals: arrivalsOfConnections(quarry), resort: 'standing' }, question, tried) ?? hunt({ ...quarry, resort: 'own', own: destinationsOf(tried, quarry) }, question, tried)
    ?? (wornBy(quarry.rulesets).length === 0 ? undefined : hunt({ ...quarry, resort: 'repeated' }, question, tried));
  if (best !== undefined) return answer(best.attempt, hook, { replayable: true }, best.rank === 'effect' ? 'effect' : 'verdict');
  const first = tried.find(({ both }) => kindOf(both, hook) !== undefined) ?? tried.find(({ both }) => reaches(both, hook)) ?? tried[0];
  return first && answer(first, hook, { replayable: false, hangsOn: hangsOn(first, tried, question) }, kindOf(first.both, hook));
}

interface Found {
  readonly attempt: Tried;
  readonly rank: Rank;
}

/** The most telling candidate of some; `tried` gathers all that came to be judged. */
function hunt(quarry: Quarry, question: WitnessQuestion, tried: Tried[]): Found | undefined {
  const { hook } = quarry;
  const [one, other] = [simulator(question.left), simulator(question.right)];
  let best: Found | undefined;
  let [rates, since] = [0, 0];
  for (const candidate of candidates(quarry, (apart) => partOf(quarry, question, apart))) {
    const both = judgeBoth(candidate, one, other);
    if (both === undefined) continue;
    const attempt: Tried = { candidate: { ...candidate, scene: { ...candidate.scene, packet: both[0].packet } }, both };
    tried.push(attempt);
    if (candidate.scene.told !== true) {
      const rank = rankOf(both, hook);
      const better = rank !== undefined && (best === undefined || ranks.indexOf(rank) < ranks.indexOf(best.rank));
      if (better && isCertain(attempt, rank, one, other, hook)) best = { attempt, rank };
      if (best?.rank === 'life') break;
    }
    if (best?.rank === 'effect' && candidate.stage === 'last') break;
    if (best?.rank === 'verdict' && candidate.stage !== 'first' && ++since > mostForLife) break;
    if (differingStates(candidate.assignment, question).length > 0 && ++rates === mostRates) break;
  }
  return best;
}

/** However the tests by chance end on either side, the sides differ in this way. What the kernel draws else, nobody can replay. */
function isCertain({ candidate: { scene }, both }: Tried, rank: Rank, one: Simulator, other: Simulator, hook: Hook): boolean {
  if (both.every(({ tosses }) => tosses === 0)) return true;
  const [lefts, rights] = [byChance(scene, one), byChance(scene, other)];
  return lefts !== undefined && rights !== undefined && lefts.every((left) => rights.every((right) => rankOf([left, right], hook) === rank));
}

/** What comes of a scene, for every way in which the tests by chance may end; undefined where there are too many. */
function byChance(scene: Scene, side: Simulator): readonly Judged[] | undefined {
  const ends: Judged[] = [];
  const open: (readonly boolean[])[] = [[]];
  for (let tossed = open.pop(); tossed !== undefined; tossed = open.pop()) {
    const judged = side.judge(scene, tossed);
    if (judged === undefined || ends.push(judged) > mostEnds) return undefined;
    for (let at = tossed.length; at < judged.tosses; at++) open.push([...tossed, ...Array.from({ length: at - tossed.length }, () => false), true]);
  }
  return ends;
}

const mostEnds = 32;

/** Where packets that were tried have been sent on to, and where rules send packets: such an address may be this host's own. */
function destinationsOf(tried: readonly Tried[], { rulesets }: Quarry): readonly bigint[] {
  const seen = tried.flatMap(({ candidate: { scene }, both }) => {
    const sent = dissect(scene.packet.bytes)?.destination;
    return both.flatMap(({ outcome: { bytes } }) => (bytes === undefined ? undefined : dissect(bytes)?.destination) ?? []).filter((destination) => destination !== sent);
  });
  return [...new Set([...seen, ...translatedTo(rulesets)])].slice(0, mostOwn);
}

const mostOwn = 3;

/** The part of the arrivals that belongs to connections there are. */
function arrivalsOfConnections({ arrivals, comparison: { bdd, layout } }: Quarry): readonly Arrival[] {
  try {
    return arrivals.map((arrival) => ({ ...arrival, start: bdd.and(arrival.start, stateNode(['ESTABLISHED', 'RELATED'], bdd, layout)) })).filter(({ start }) => start !== 0);
  } catch (error) {
    if (error instanceof BudgetExceeded) return [];
    throw error;
  }
}

/** A few candidates; then those that one side lets live and the other ends, those that are ended otherwise, and all others. */
function* candidates(quarry: Quarry, part: (apart: Apart) => readonly Arrival[]): Generator<Candidate & { readonly stage: 'first' | 'stark' | 'last' }> {
  let count = 0;
  for (const candidate of candidatesOf(quarry)) {
    yield { ...candidate, stage: 'first' };
    if (++count === firstGlance) break;
  }
  for (const apart of [livesOrEnds, endsOtherwise]) {
    const arrivals = part(apart);
    if (arrivals.length > 0) for (const candidate of candidatesOf({ ...quarry, arrivals })) yield { ...candidate, stage: 'stark' };
  }
  for (const candidate of candidatesOf(quarry)) yield { ...candidate, stage: 'last' };
}

type Apart = (one: Ending, other: Ending) => boolean;

const livesOrEnds: Apart = (one, other) => (one === 'accept') !== (other === 'accept');
const endsOtherwise: Apart = (one, other) => one !== other;

/** Candidates of the whole region that are tried before its most telling part is looked for. */
const firstGlance = 12;

/** The part of the arrivals in which the endings are so far apart. */
function partOf({ arrivals }: Quarry, { difference, comparison }: WitnessQuestion, isApart: Apart): readonly Arrival[] {
  const { bdd, outcomes } = comparison;
  try {
    const apart = bdd.replace(difference.left, difference.right, (one, other) =>
      one === undefined || other === undefined ? undefined : one !== other && isApart(outcomes.outcome(one).ending, outcomes.outcome(other).ending) ? 1 : 0);
    return arrivals.map((arrival) => ({ ...arrival, start: bdd.and(arrival.start, apart) })).filter(({ start }) => start !== 0);
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
  return left === undefined || right === undefined || toHex(left.packet.bytes) !== toHex(right.packet.bytes) ? undefined : [left, right];
}

/** A rule of the hook was asked on one side, or the packet ended there. */
const reaches = (both: Both, hook: Hook): boolean => both.some(({ outcome }) => outcome.stage === hook || outcome.path.some((step) => step.hook === hook));

/** How two judgements differ; undefined where they do not, or where it is not known. */
function kindOf(both: Both, hook: Hook): 'verdict' | 'effect' | undefined {
  const [left, right] = both;
  if (left.outcome.verdict === 'unknown' || right.outcome.verdict === 'unknown' || !reaches(both, hook)) return undefined;
  // Where the sides have parted before, it shows nothing of this packet.
  if (left.before.some((ending, index) => ending !== right.before[index])) return undefined;
  const [one, other] = [fingerprint(left), fingerprint(right)];
  return one.verdict !== other.verdict ? 'verdict' : one.effect !== other.effect ? 'effect' : undefined;
}

/** How much a difference tells: the packet lives on one side and is ended on the other; it ends here or there, or is lost; only its effects differ. */
const ranks = ['life', 'verdict', 'effect'] as const;
type Rank = (typeof ranks)[number];

function rankOf(both: Both, hook: Hook): Rank | undefined {
  const kind = kindOf(both, hook);
  if (kind !== 'verdict') return kind;
  const [lives, ends] = [both.some(({ outcome }) => arrives(outcome)), both.some(({ outcome: { verdict } }) => verdict === 'drop' || verdict === 'reject')];
  return lives && ends ? 'life' : 'verdict';
}

/** Candidates that are looked at for one that lives on one side, when another difference has been seen. */
const mostForLife = 24;

function answer({ candidate, both: [left, right] }: Tried, hook: Hook, proof: Pick<Witness, 'replayable' | 'hangsOn'>, kind: 'verdict' | 'effect' = 'verdict'): WitnessAnswer {
  const { packet, before, topology, standing } = candidate.scene;
  const witness: Witness = { words: describePacket(packet), packet, topology, before, ...(standing === undefined ? {} : { standing }), ...proof };
  return { witness, left: judgementOf(left, right, packet, hook), right: judgementOf(right, left, packet, hook), kind };
}
