import type { CoreRuleset, Hook } from '../ir/index.js';
import { type Bdd, BudgetExceeded, createBdd } from '../symbolic/bdd.js';
import { createContext } from '../symbolic/context.js';
import { type Layout, layoutFor, orders } from '../symbolic/layout.js';
import { hookNode } from '../symbolic/ruleset.js';
import { nameStates } from '../symbolic/states.js';
import { type Vocabulary, vocabularyOf } from '../symbolic/vocabulary.js';

/** One rule set as diagrams: what becomes of every packet at each hook. */
export interface Diagrams {
  readonly bdd: Bdd;
  readonly layout: Layout;
  readonly vocabulary: Vocabulary;
  readonly hooks: ReadonlyMap<Hook, number>;
}

/** Undefined where every order of variables ran out of nodes. */
export function diagramsOf(ruleset: CoreRuleset, hooks: readonly Hook[], budget: number): Diagrams | undefined {
  const vocabulary = vocabularyOf([ruleset]);
  for (const order of orders) {
    const bdd = createBdd(budget);
    const layout = layoutFor(vocabulary, ruleset.family, order);
    const context = createContext(bdd, layout, { states: nameStates([ruleset]), assume: new Set(), ignoreLogs: false });
    try {
      return { bdd, layout, vocabulary, hooks: new Map(hooks.map((hook) => [hook, hookNode(ruleset, hook, context)])) };
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
    }
  }
  return undefined;
}
