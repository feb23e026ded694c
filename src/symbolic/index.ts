export { type Bdd, BudgetExceeded } from './bdd.js';
export { compare, type CompareOptions, type Comparison, type HookDifference, outcomeAt } from './compare.js';
export { type Block, ctStateCodes, type Layout, patternTakes } from './layout.js';
export type { Effect, Ending, Outcome, OutcomeTable, Written } from './outcome.js';
export type { AskedQuestion, Question, Questions } from './questions.js';
export { pick } from './region.js';
export type { SharedQuestion } from './shared.js';
export { addressTypeCodes, addressTypeKey, type Vocabulary } from './vocabulary.js';
export { type Arrival, type Way, ways } from './ways.js';
