import { type Action, type AssumptionId, type CoreRule, externalTests, type Predicate, type Step } from '../ir/index.js';
import type { Bdd } from './bdd.js';
import type { Layout } from './layout.js';
import { createOutcomes, type OutcomeTable } from './outcome.js';
import type { PredicateContext, Standpoint } from './predicate.js';
import { createQuestions, stateKey } from './questions.js';
import { throughOf } from './sequence.js';
import { createSegments, type Segments } from './segments.js';
import type { StateNames } from './states.js';

/** What is needed to turn rules into diagrams. */
export interface RulesetContext extends PredicateContext {
  readonly outcomes: OutcomeTable;
  readonly states: StateNames;
  readonly segments: Segments;
  /** Guards under these assumptions are always true. */
  readonly assume: ReadonlySet<AssumptionId>;
  /** Logs are no effects. */
  readonly ignoreLogs: boolean;
  /** Of two sides one tracks connections, so that only there fragments are put together. */
  readonly oneReassembles?: boolean;
  /** Called when a rule is begun, so that giving up can name where. */
  progress?(rule: CoreRule): void;
}

/** Everything that a comparison shares between its sides, made fresh for one order of variables. */
export function createContext(bdd: Bdd, layout: Layout, rest: Omit<RulesetContext, 'bdd' | 'layout' | 'questions' | 'outcomes' | 'segments'>): RulesetContext {
  return { ...rest, bdd, layout, outcomes: createOutcomes(), segments: createSegments(), questions: createQuestions(bdd, layout, throughOf({ bdd, layout })) };
}

/** The variable of a test with a state, and what tells its state from others. */
export interface StateVariable {
  readonly level: number;
  readonly key: string;
}

export function stateVariable(rule: CoreRule, test: Predicate | Extract<Step, { readonly kind: 'refuse' }>, { hook }: Standpoint, { states, questions }: RulesetContext): StateVariable {
  const key = stateKey(states(rule, test), hook);
  // Rates and counts look at no packet; what has no predicate may look at anything.
  const looksAt = test.kind === 'refuse' ? 'everything' : test.kind === 'external' ? externalTests[test.test.kind].looksAt : 'nothing';
  const [level = -1] = questions.levels({ key, bits: 1, looksAt, about: test });
  return { level, key };
}

/** What an action writes that nobody knows. */
export function unknownBits(rule: CoreRule, action: Action, { hook }: Standpoint, field: string, bits: number, { states, questions }: RulesetContext): readonly number[] {
  return questions.levels({ key: `${field} of ${stateKey(states(rule, action), hook)}`, bits, looksAt: 'everything' });
}
