import { type AssumptionId, type CoreRule, type CoreRuleset, type Hook, hooks, type Predicate } from '../ir/index.js';
import { type Bdd, BudgetExceeded, createBdd } from './bdd.js';
import { type Layout, layoutFor, orders } from './layout.js';
import { createContext, type RulesetContext } from './context.js';
import { differingNode } from './difference.js';
import type { Outcome, OutcomeTable } from './outcome.js';
import { predicateNode } from './predicate.js';
import { hookNode } from './ruleset.js';
import { nameStates } from './states.js';
import { universe } from './universe.js';
import { type Vocabulary, vocabularyOf } from './vocabulary.js';

export interface CompareOptions {
  readonly assume: readonly AssumptionId[];
  /** Compare at this hook alone. */
  readonly only?: Hook;
  /** Nodes that one attempt may make. */
  readonly budget: number;
  expandSet(predicate: Extract<Predicate, { readonly kind: 'set' }>): Predicate | undefined;
  isKnownSet(name: string): boolean;
  /** Logs are not compared. */
  readonly ignoreLogs?: boolean;
}

/** Where two rule sets differ at one hook: a boolean diagram, and the outcomes of both sides. */
export interface HookDifference {
  readonly hook: Hook;
  readonly region: number;
  readonly left: number;
  readonly right: number;
}

export type Comparison =
  | { readonly kind: 'compared'; readonly bdd: Bdd; readonly layout: Layout; readonly outcomes: OutcomeTable; readonly vocabulary: Vocabulary; readonly differences: readonly HookDifference[] }
  /** Every order of variables ran out of nodes; `rule` is where the last attempt was. */
  | { readonly kind: 'gave-up'; readonly budget: number; readonly line: number };

/** Compares two rule sets of one family at every hook, for all packets and all states. */
export function compare(left: CoreRuleset, right: CoreRuleset, options: CompareOptions): Comparison {
  const vocabulary = vocabularyOf([left, right], options.isKnownSet);
  let line = 0;
  for (const order of orders) {
    const bdd = createBdd(options.budget);
    const layout = layoutFor(vocabulary, left.family, order);
    const context = createContext(bdd, layout, {
      expandSet: options.expandSet,
      states: nameStates([left, right]),
      assume: new Set(options.assume),
      ignoreLogs: options.ignoreLogs ?? false,
      progress: (rule: CoreRule) => void (line = rule.source.line),
    });
    try {
      const differences = hooks
        .filter((hook) => options.only === undefined || hook === options.only)
        .flatMap((hook) => {
          const difference = compareHook(left, right, hook, context, universe(options.assume, [left, right], vocabulary));
          return difference === undefined ? [] : [difference];
        });
      return { kind: 'compared', bdd, layout, outcomes: context.outcomes, vocabulary, differences };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
    }
  }
  return { kind: 'gave-up', budget: options.budget, line };
}

function compareHook(left: CoreRuleset, right: CoreRuleset, hook: Hook, context: RulesetContext, allowed: Predicate): HookDifference | undefined {
  const { bdd } = context;
  const both = [left, right].map((ruleset) => hookNode(ruleset, hook, context));
  const [one = 0, other = 0] = both;
  if (one === other) return undefined;
  const unequal = differingNode(one, other, context);
  const region = bdd.and(bdd.and(unequal, context.questions.possible()), predicateNode(allowed, { hook, tracked: left.tracking || right.tracking }, context));
  return region === 0 ? undefined : { hook, region, left: one, right: other };
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
