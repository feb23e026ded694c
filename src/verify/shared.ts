import type { CoreRuleset } from '../ir/index.js';
import { leavesOf } from '../ir/predicate.js';
import type { SharedQuestion } from '../symbolic/shared.js';
import type { SharedTest, Side } from './result.js';
import { opaqueWords } from './words/opaque.js';

/** The steps and actions of all rules. */
const rulesOf = ({ tables }: CoreRuleset) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules));

/** The tests that both sides ask, each taken to answer alike on both. */
export function sharedTests(questions: readonly SharedQuestion[], sides: readonly Side[]): readonly SharedTest[] {
  const textOf = (identity: string): string | undefined => sides.map((side) => side.opaqueText(identity)).find((text) => text !== undefined);
  return questions.filter(({ askedBy }) => askedBy === 'both').map(({ text }) => ({ kind: 'opaque', text: opaqueWords(text, textOf) }));
}

/** Whether a rule asks a set whose elements are given. */
export function asksGivenSet({ core, sets }: Side): boolean {
  const names = new Set(sets.map(({ name }) => name));
  return names.size > 0 && rulesOf(core).some(({ steps }) => steps.some((step) => step.kind !== 'refuse' && leavesOf(step.predicate).some((leaf) => leaf.kind === 'set' && names.has(leaf.set))));
}

