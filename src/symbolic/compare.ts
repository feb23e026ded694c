import { type AssumptionId, type CoreRule, type CoreRuleset, type Hook, hooks, reassembles } from '../ir/index.js';
import { type Bdd, BudgetExceeded, createBdd } from './bdd.js';
import { createContext, type RulesetContext } from './context.js';
import { differingNode } from './difference.js';
import { createFacts, type Facts } from './facts.js';
import { arrivalsAt, type Stage } from './journey.js';
import { type Layout, layoutFor, orders } from './layout.js';
import type { Outcome, OutcomeTable } from './outcome.js';
import { predicateNode } from './predicate.js';
import type { Questions } from './questions.js';
import { differingNodes, hookNode } from './ruleset.js';
import { sharedQuestions, type SharedQuestion } from './shared.js';
import { nameStates } from './states.js';
import { universe } from './universe.js';
import { unheard, unseenBehind } from './unseen.js';
import { type Vocabulary, vocabularyOf } from './vocabulary.js';
import type { Arrival } from './ways.js';

export interface CompareOptions {
  readonly assume: readonly AssumptionId[];
  /** Compare at these hooks alone. */
  readonly only?: readonly Hook[];
  /** Nodes that one attempt may make. */
  readonly budget: number;
  /** Logs are not compared. */
  readonly ignoreLogs?: boolean;
  /** Called as each rule is begun, for those who wait. */
  progress?(side: 'left' | 'right', line: number): void;
}

/** What is known of a hook, and the outcomes of both sides where they may differ. What cannot come to it does not differ. */
interface ComparedStage extends Stage {
  /** False where nobody asks about the hook. */
  readonly compared: boolean;
  readonly left: number;
  readonly right: number;
  /** All that can come to the hook. */
  readonly possible: number;
}

/** Where two rule sets differ at one hook: a boolean diagram, and the outcomes of both sides there. */
export interface HookDifference {
  readonly hook: Hook;
  /** Packets as they come to the hook. */
  readonly region: number;
  /** All that can come to the hook. */
  readonly possible: number;
  readonly left: number;
  readonly right: number;
  /** By way, the packets that come there from where they begin. Empty: none does. */
  readonly arrivals: readonly Arrival[];
}

export type Comparison =
  | {
      readonly kind: 'compared';
      readonly bdd: Bdd;
      readonly layout: Layout;
      readonly outcomes: OutcomeTable;
      readonly vocabulary: Vocabulary;
      /** Every question with variables of its own, in the circumstances in which it was asked. */
      readonly questions: Questions;
      /** Tests that the proof does not look into. */
      readonly shared: readonly SharedQuestion[];
      readonly differences: readonly HookDifference[];
      /** Hooks at which the sides would differ for packets that never come there, or whose end nobody hears of. */
      readonly unreachable: readonly HookDifference[];
    }
  /** Every order of variables ran out of nodes; `line` and `side` are where the last attempt was. */
  | { readonly kind: 'gave-up'; readonly budget: number; readonly line: number; readonly side: 'left' | 'right'; /** Blocks of variables that the last diagram asked most. */ readonly fields: readonly string[] };

/** Compares two rule sets of one family at every hook, for all packets and all states. */
export function compare(left: CoreRuleset, right: CoreRuleset, options: CompareOptions): Comparison {
  const vocabulary = vocabularyOf([left, right]);
  const size = [left, right].flatMap(({ tables }) => tables.flatMap(({ chains }) => chains)).reduce((count, { rules }) => count + rules.length, 0);
  let line = 0;
  let side: 'left' | 'right' = 'left';
  let fields: readonly string[] = [];
  for (const [attempt, order] of orders.entries()) {
    // The first order is the best one as a rule; where it is not, that shows early.
    const bdd = createBdd(attempt === 0 && orders.length > 1 ? Math.ceil(options.budget / 2) : options.budget, undefined, 64 * size);
    const layout = layoutFor(vocabulary, left.family, order);
    const context = createContext(bdd, layout, {
      states: nameStates([left, right]),
      assume: new Set(options.assume),
      ignoreLogs: options.ignoreLogs ?? false,
      oneReassembles: reassembles(left) !== reassembles(right),
      progress: (rule: CoreRule) => {
        line = rule.source.line;
        options.progress?.(side, line);
      },
    });
    try {
      const facts = createFacts([left, right], vocabulary, context);
      const allowed = predicateNode(universe(options.assume, [left, right], vocabulary), { hook: 'PREROUTING', tracked: true }, context);
      const stages = new Map<Hook, ComparedStage>();
      const stageAt = (hook: Hook): ComparedStage => {
        const known = stages.get(hook) ?? stageOf(hook);
        stages.set(hook, known);
        return known;
      };
      const stageOf = (hook: Hook): ComparedStage => {
        let whole: number | undefined;
        const outcomes = (): number => {
          side = 'left';
          return (whole ??= hookNode(left, hook, context));
        };
        if (options.only?.includes(hook) === false) return { outcomes, compared: false, left: 0, right: 0, possible: 0, differing: 0 };
        const both = differingNodes(left, right, hook, context, allowed, (turn) => void (side = turn));
        if (both.left === both.right) return { outcomes, compared: true, ...both, possible: 0, differing: 0 };
        const possible = bdd.and(facts.at(hook), context.questions.possible());
        return { outcomes, compared: true, ...both, possible, differing: bdd.and(bdd.and(allowed, possible), differingNode(both.left, both.right, context, allowed)) };
      };
      const found = hooks
        .filter((hook) => options.only?.includes(hook) !== false)
        .flatMap((hook) => differenceAt(hook, stageAt, facts, vocabulary, context));
      return {
        kind: 'compared', bdd, layout, outcomes: context.outcomes, vocabulary, questions: context.questions,
        shared: sharedQuestions(left, right),
        differences: found.filter(({ arrivals }) => arrivals.length > 0),
        unreachable: found.filter(({ arrivals }) => arrivals.length === 0),
      };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      fields = mostAsked(bdd, layout);
    }
  }
  return { kind: 'gave-up', budget: options.budget, line, side, fields };
}

/** The blocks that most nodes ask, most first. */
function mostAsked(bdd: Bdd, layout: Layout): readonly string[] {
  const counts = new Map<number, number>();
  for (let node = 0; node < bdd.size(); node++) counts.set(bdd.level(node), (counts.get(bdd.level(node)) ?? 0) + 1);
  return layout.blocks
    .map(({ name, levels }) => ({ name, count: levels.reduce((all, level) => all + (counts.get(level) ?? 0), 0) }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 4)
    .map(({ name }) => name);
}

function differenceAt(hook: Hook, stageAt: (hook: Hook) => ComparedStage, facts: Facts, vocabulary: Vocabulary, context: RulesetContext): readonly HookDifference[] {
  const { bdd } = context;
  const stage = stageAt(hook);
  const { differing, possible, left, right } = stage;
  if (differing === 0) return [];
  const unseen = hook === 'PREROUTING' ? bdd.and(differing, unseenBehind(left, right, vocabulary, context)) : hook === 'INPUT' || hook === 'FORWARD' ? bdd.and(differing, unheardAt(stage, stageAt('OUTPUT'), facts, context)) : 0;
  const loopback = facts.overLoopback('in');
  // Where no rule names `lo`, packets over it may be among them.
  const region = bdd.without(differing, bdd.and(unseen, bdd.and(loopback.mayNot, bdd.not(loopback.may))));
  const arrivals = arrivalsAt(hook, region, stageAt, facts, context).map((arrival) => (arrival.way === 'looped' ? arrival : { ...arrival, start: bdd.without(arrival.start, unseen) }));
  return [{ hook, region, possible, left, right, arrivals: arrivals.filter(({ start }) => start !== 0) }];
}

/** What is rejected where no answer comes through OUTPUT: answers leave by no `lo`, and no process sends them. */
function unheardAt(stage: ComparedStage, output: ComparedStage, facts: Facts, context: RulesetContext): number {
  const { bdd } = context;
  if (!output.compared) return 0;
  const process = facts.present({ kind: 'socket' });
  const answers = bdd.and(bdd.and(facts.at('OUTPUT'), facts.leaving('sent')), process === undefined ? 1 : bdd.not(process));
  return bdd.and(answers, output.differing) === 0 ? unheard(stage.left, stage.right, output.outcomes, answers, context) : 0;
}

/** The outcome that a diagram gives one assignment. */
export function outcomeAt(bdd: Bdd, root: number, layout: Layout, values: ReadonlyMap<string, bigint>, outcomes: OutcomeTable): Outcome {
  const bits = new Map<number, boolean>();
  for (const block of layout.blocks) {
    const value = values.get(block.name) ?? 0n;
    block.levels.forEach((level, index) => bits.set(level, ((value >> BigInt(block.levels.length - 1 - index)) & 1n) === 1n));
  }
  let node = root;
  while (!bdd.isTerminal(node)) node = bits.get(bdd.level(node)) === true ? bdd.high(node) : bdd.low(node);
  return outcomes.outcome(bdd.value(node));
}
