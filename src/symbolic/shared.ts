import { externalKey, externalMeaning, type Action, type CoreRuleset, type Predicate, type Step } from '../ir/index.js';
import { leavesOf, type PredicateLeaf } from '../ir/predicate.js';
import { outsideText, refusedText, stateText } from './questions.js';
import { opaqueKey } from './vocabulary.js';

/** A test that the proof does not look into: it may answer either way, but the same on both sides. */
export interface SharedQuestion {
  /** One text for tests that say the same: `limit ...`, `set NAME src`, `refused ...`. */
  readonly text: string;
  readonly about: Predicate | Extract<Step | Action, { readonly kind: 'refuse' | 'outside' }>;
  readonly askedBy: 'left' | 'right' | 'both';
}

type Asked = ReadonlyMap<string, SharedQuestion['about']>;

/** What both sides, or one of them, ask beyond the headers and states that are modelled, in the order of the left rules. */
export function sharedQuestions(left: CoreRuleset, right: CoreRuleset): readonly SharedQuestion[] {
  const [one, other] = [asked(left), asked(right)];
  return [...new Map([...one, ...other])].map(([text, about]) => ({ text, about, askedBy: one.has(text) ? (other.has(text) ? 'both' : 'left') : 'right' }));
}

function asked(ruleset: CoreRuleset): Asked {
  const found = new Map<string, SharedQuestion['about']>();
  const visit = (leaf: PredicateLeaf): void => {
    switch (leaf.kind) {
      case 'limit':
      case 'random':
      case 'nth':
        found.set(stateText(leaf), leaf);
        return;
      case 'external':
        found.set(externalKey(leaf.test), leaf);
        return;
      case 'set':
        found.set(opaqueKey(leaf), leaf);
        return;
      default:
    }
  };
  for (const { chains } of ruleset.tables) {
    for (const { rules } of chains) {
      for (const { steps, action } of rules) {
        if (action.kind === 'refuse') found.set(refusedText(action), action);
        if (action.kind === 'outside' && isOpen(action)) found.set(outsideText(action), action);
        for (const step of steps) {
          if (step.kind === 'refuse') found.set(refusedText(step), step);
          else leavesOf(step.predicate).forEach(visit);
        }
      }
    }
  }
  return found;
}

/** Whether something outside has a say in what becomes of the packet. */
function isOpen({ jump }: Extract<Action, { readonly kind: 'outside' }>): boolean {
  const { writes, end } = externalMeaning(jump);
  return writes !== undefined || end?.kind === 'asked';
}
