import type { CoreRuleset, Predicate, Step } from '../ir/index.js';
import type { SharedTest, Side } from './result.js';
import { opaqueWords } from './words/opaque.js';

/** The steps and actions of all rules. */
const rulesOf = ({ tables }: CoreRuleset) => tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules));

function predicatesOf(step: Step): readonly Predicate[] {
  const inside = (predicate: Predicate): readonly Predicate[] => {
    if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.operands.flatMap(inside);
    return predicate.kind === 'not' ? inside(predicate.operand) : [predicate];
  };
  return step.kind === 'refuse' ? [] : inside(step.predicate);
}

/** Keys of what the proof does not look into on one side, as `opaqueWords` reads them. */
function opaqueKeys(ruleset: CoreRuleset): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { steps, action } of rulesOf(ruleset)) {
    for (const step of steps) {
      if (step.kind === 'refuse') keys.add(`refused ${step.identity ?? step.extension}`);
      for (const predicate of predicatesOf(step)) {
        if (predicate.kind === 'limit' || predicate.kind === 'random' || predicate.kind === 'nth') keys.add(`${predicate.kind} ${predicate.identity}`);
        if (predicate.kind === 'set') keys.add(`set ${predicate.set} ${predicate.dimensions.join(',')}${predicate.nomatch ? ' nomatch' : ''}`);
      }
    }
    if (action.kind === 'refuse') keys.add(`refused ${action.identity ?? action.extension}`);
  }
  return keys;
}

/** The tests that both sides ask, each taken to answer alike on both. Rule sets without known sets' lookups are wanted. */
export function sharedTests(left: CoreRuleset, right: CoreRuleset, sides: readonly Side[]): readonly SharedTest[] {
  const theirs = opaqueKeys(right);
  const textOf = (identity: string): string | undefined => sides.map((side) => side.opaqueText(identity)).find((text) => text !== undefined);
  return [...opaqueKeys(left)].filter((key) => theirs.has(key)).map((key) => ({ kind: 'opaque', text: opaqueWords(key, textOf) }));
}

/** Whether a rule asks a set whose elements are given. */
export function asksGivenSet({ core, sets }: Side): boolean {
  const names = new Set(sets.map(({ name }) => name));
  return names.size > 0 && rulesOf(core).some(({ steps }) => steps.some((step) => predicatesOf(step).some((predicate) => predicate.kind === 'set' && names.has(predicate.set))));
}

