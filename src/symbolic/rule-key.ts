import { type Action, type CoreRule, externalKey, identityOf, type Predicate, type Step } from '../ir/index.js';
import { isStateful } from '../ir/predicate.js';
import { patternTakes } from './layout.js';
import type { Standpoint } from './predicate.js';
import { hasState, refusedText, stateKey } from './questions.js';
import type { RulesetContext } from './context.js';
import { isCertain } from './universe.js';

/** Where a rule stands, as far as it can matter to what the rule does. */
export interface RulePlace {
  readonly at: Standpoint;
  readonly tracking: boolean;
  /** One text for one meaning of a chain of the same table. */
  chainKey(name: string): string;
}

/** A text that two rules share only when they do the same wherever they stand: in one rule set, at another hook, on the other side. */
export function ruleKey(rule: CoreRule, place: RulePlace, context: RulesetContext): string {
  let key = '';
  for (const step of rule.steps) if (!isAssumed(step, context)) key += `${stepKey(rule, step, place.at, context)}; `;
  return key + actionKey(rule, place, context);
}

/** What accepted assumptions make true: a guard that one of them stands for, or a test of what one says. */
export const isAssumed = (step: Step, { assume }: Pick<RulesetContext, 'assume'>): boolean => step.kind !== 'refuse' && ((step.assumption !== undefined && assume.has(step.assumption)) || (assume.size > 0 && isCertain(step.predicate, assume)));

function stepKey(rule: CoreRule, step: Step, at: Standpoint, context: RulesetContext): string {
  if (step.kind === 'refuse') return hasState(step.extension) ? stateKey(context.states(rule, step), at.hook) : refusedText(step);
  const how = step.kind === 'test' ? '' : step.late === true ? 'at last, ' : 'or drop, ';
  return how + testKey(rule, step.predicate, at, context);
}

const testKey = (rule: CoreRule, predicate: Predicate, at: Standpoint, context: RulesetContext): string => {
  if (!isStateful(predicate)) return predicateKey(predicate, at);
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return `${predicate.kind}(${predicate.operands.map((operand) => testKey(rule, operand, at, context)).join(', ')})`;
    case 'not':
      return `not(${testKey(rule, predicate.operand, at, context)})`;
    default:
      return stateKey(context.states(rule, predicate), at.hook);
  }
};

/** One text for one stateless predicate where it is asked. */
export function predicateKey(predicate: Predicate, at: Standpoint): string {
  switch (predicate.kind) {
    case 'field': {
      let key = `${predicate.field}${!at.tracked && predicate.field.startsWith('ct.') ? ' before tracking' : ''}&${predicate.mask.toString(36)}`;
      for (const { min, max } of predicate.intervals) key += ` ${min.toString(36)}-${max === min ? '' : max.toString(36)}`;
      return key;
    }
    case 'and':
    case 'or':
      return `${predicate.kind}(${predicate.operands.map((operand) => predicateKey(operand, at)).join(', ')})`;
    case 'not':
      return `not(${predicateKey(predicate.operand, at)})`;
    case 'interface': {
      const absent = predicate.direction === 'in' ? at.hook === 'OUTPUT' : at.hook === 'PREROUTING' || at.hook === 'INPUT';
      if (absent) return `no interface ${patternTakes(predicate.pattern, '')}`;
      return `${predicate.direction === 'in' && at.hook === 'POSTROUTING' ? 'if any, ' : ''}${JSON.stringify(predicate)}`;
    }
    case 'ct-state':
    case 'present':
      return `${at.tracked} ${JSON.stringify(predicate)}`;
    case 'tcp-mss':
      return identityOf(predicate);
    case 'external':
      return externalKey(predicate.test);
    default:
      return JSON.stringify(predicate);
  }
}

function actionKey(rule: CoreRule, { at, tracking, chainKey }: RulePlace, context: RulesetContext): string {
  const { action } = rule;
  const { hook, tracked } = at;
  switch (action.kind) {
    case 'continue':
    case 'return':
    case 'accept':
    case 'drop':
      return action.kind;
    case 'reject':
      return `reject ${action.with}`;
    case 'jump':
    case 'goto':
      return `${action.kind} ${chainKey(action.chain)}`;
    case 'log':
    case 'nflog':
      return identityOf(action);
    default:
      return `${hook} ${tracked} ${tracking} ${stateName(rule, action, context)} ${identityOf(action)}`;
  }
}

const stateName = (rule: CoreRule, action: Action, { states }: RulesetContext): string => (action.kind === 'refuse' && action.writes !== undefined ? states(rule, action) : '');
