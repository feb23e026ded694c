import { type Action, type CoreRule, type CoreRuleset, type CoreTable, type Hook, hooks, identityOf, type Predicate, type Step } from '../ir/index.js';
import { hasOwnState, leavesOf } from '../ir/predicate.js';
import { hasState, refusedText, stateText, unknownText } from './questions.js';
import { stationsAt } from './stations.js';

type Test = Predicate | Step | Action;

/** A name for the state behind a rule's test. */
export type StateNames = (rule: CoreRule, test: Test) => string;

/** One test with a state of its own. */
interface State {
  readonly rule: CoreRule;
  readonly test: Test;
  readonly text: string;
  /** The first hook from which packets come. */
  readonly hook: Hook;
  /** What the whole rule says, guards aside. */
  readonly like: string;
}

/**
 * Names the states of several rule sets: within one, each test has its own, however alike the texts; across them, tests with one text
 * share a name pair by pair: those in rules that say the same first, then those that are left at the same hook, in order. Since being
 * asked is part of an outcome, two rule sets that share a state and are equal ask it about the same packets, so that it stays the same.
 */
export function nameStates(rulesets: readonly CoreRuleset[]): StateNames {
  const names = new Map<CoreRule, Map<Test, string>>();
  const given = new Map<string, State[]>();
  const give = ({ rule, test, text }: State, number: number): void => {
    const own = names.get(rule) ?? new Map<Test, string>();
    names.set(rule, own.set(test, number === 0 ? text : `${text} #${number + 1}`));
  };
  for (const ruleset of rulesets) {
    for (const [text, states] of byText(statesOf(ruleset))) {
      const known = given.get(text) ?? [];
      const free = new Set(known.keys());
      const pair = (state: State, alike: (other: State) => boolean): boolean => {
        for (const index of free) {
          const other = known[index];
          if (other === undefined || !alike(other)) continue;
          free.delete(index);
          give(state, index);
          return true;
        }
        return false;
      };
      const strangers = states.filter((state) => !pair(state, (other) => other.hook === state.hook && other.like === state.like));
      const left = strangers.filter((state) => !pair(state, (other) => other.hook === state.hook));
      for (const state of left) give(state, known.push(state) - 1);
      given.set(text, known);
    }
  }
  return (rule, test) => {
    const name = names.get(rule)?.get(test);
    if (name === undefined) throw new Error(`line ${rule.source.line}: a test with a state that no hook comes to`);
    return name;
  };
}

function byText(states: readonly State[]): ReadonlyMap<string, readonly State[]> {
  const groups = new Map<string, State[]>();
  for (const state of states) groups.set(state.text, [...(groups.get(state.text) ?? []), state]);
  return groups;
}

/** In the order in which packets may first meet them, hook by hook. */
function statesOf(ruleset: CoreRuleset): readonly State[] {
  const states: State[] = [];
  const seen = new Set<string>();
  const visit = (table: CoreTable, name: string, hook: Hook): void => {
    const key = `${ruleset.tables.indexOf(table)} ${name}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const rule of table.chains.find((chain) => chain.name === name)?.rules ?? []) {
      const tests = [...statefulTests(rule.steps), ...unknowns(rule.action)];
      if (tests.length > 0) {
        const like = identityOf({ action: rule.action, steps: rule.steps.filter((step) => step.kind === 'refuse' || step.assumption === undefined) });
        for (const { test, text } of tests) states.push({ rule, test, text, hook, like });
      }
      if (rule.action.kind === 'jump' || rule.action.kind === 'goto') visit(table, rule.action.chain, hook);
    }
  };
  for (const hook of hooks) for (const { table, chain } of stationsAt(ruleset, hook).flatMap(({ chains }) => chains)) visit(table, chain.name, hook);
  return states;
}

/** An action that writes what nobody knows may count as it does. */
const unknowns = (action: Action): readonly { readonly test: Test; readonly text: string }[] =>
  action.kind === 'refuse' && action.writes !== undefined ? [{ test: action, text: unknownText(action) }] : [];

const statefulTests = (steps: readonly Step[]): readonly { readonly test: Test; readonly text: string }[] =>
  steps.flatMap((step): readonly { readonly test: Test; readonly text: string }[] => {
    if (step.kind === 'refuse') return hasState(step.extension) ? [{ test: step, text: refusedText(step) }] : [];
    return leavesOf(step.predicate).filter(hasOwnState).map((test) => ({ test, text: stateText(test) }));
  });
