import type { Action, CoreRuleset, Predicate, Step } from '../ir/index.js';
import { refusedText, stateText } from './questions.js';
import { opaqueKey } from './vocabulary.js';

/** A test that the proof does not look into: it may answer either way, but the same on both sides. */
export interface SharedQuestion {
  /** One text for tests that say the same: `limit ...`, `set NAME src`, `refused ...`. */
  readonly text: string;
  readonly about: Predicate | Extract<Step | Action, { readonly kind: 'refuse' }>;
  readonly askedBy: 'left' | 'right' | 'both';
}

type Asked = ReadonlyMap<string, SharedQuestion['about']>;

/** What both sides, or one of them, ask beyond the headers and states that are modelled, in the order of the left rules. */
export function sharedQuestions(left: CoreRuleset, right: CoreRuleset, isKnownSet: (name: string) => boolean): readonly SharedQuestion[] {
  const [one, other] = [asked(left, isKnownSet), asked(right, isKnownSet)];
  return [...new Map([...one, ...other])].map(([text, about]) => ({ text, about, askedBy: one.has(text) ? (other.has(text) ? 'both' : 'left') : 'right' }));
}

function asked(ruleset: CoreRuleset, isKnownSet: (name: string) => boolean): Asked {
  const found = new Map<string, SharedQuestion['about']>();
  const visit = (predicate: Predicate): void => {
    switch (predicate.kind) {
      case 'and':
      case 'or':
        predicate.operands.forEach(visit);
        return;
      case 'not':
        visit(predicate.operand);
        return;
      case 'limit':
      case 'random':
      case 'nth':
        found.set(stateText(predicate), predicate);
        return;
      case 'set':
        if (!isKnownSet(predicate.set)) found.set(opaqueKey(predicate), predicate);
        return;
      default:
    }
  };
  for (const { chains } of ruleset.tables) {
    for (const { rules } of chains) {
      for (const { steps, action } of rules) {
        if (action.kind === 'refuse') found.set(refusedText(action), action);
        for (const step of steps) {
          if (step.kind === 'refuse') found.set(refusedText(step), step);
          else visit(step.predicate);
        }
      }
    }
  }
  return found;
}
