import { externalMeaning, isSeen, unreachable, type Action, type CoreRule, type ExternalJump } from '../../src/ir/index.js';
import type { Expression, Statement } from './ast.js';
import { all, and, call, has, isFalse, isTrue, member, not, number, outcome, variable, when, yes } from './build.js';
import { chainFunction, closes, isInlined, lowerChain } from './chains.js';
import { countedTest } from './counters.js';
import { chainNamed, type Spot } from './lowering.js';
import { isStateful, lowerPredicate } from './predicates.js';
import { refuseEffect, refuseTest } from './refusals.js';
import { isDecided } from './truth.js';

/**
 * A rule as C. All paths that unknowns leave open are followed at once: `certain` says that every path which came to the rule
 * is still in it. A drop then ends the chain; else only the paths in the rule die, and the others go on with the next rule.
 */
export const lowerRule = (rule: CoreRule, spot: Spot): readonly Statement[] => lowerSteps(rule, 0, yes, spot);

function lowerSteps(rule: CoreRule, index: number, certain: Expression, spot: Spot): readonly Statement[] {
  const step = rule.steps[index];
  if (step === undefined) return lowerAction(rule, rule.action, certain, spot);
  const exact = spot.lowering.session.mode === 'exact';
  const counts = step.kind !== 'refuse' && isStateful(step.predicate);
  if (step.kind === 'refuse' || (counts && !exact)) {
    refuseTest(rule, step, step.kind === 'refuse' ? step.extension : 'a state of its own', spot);
    return exact ? [] : [passOn];
  }
  const truth = counts ? countedTest(step.predicate, rule, index, spot) : lowerPredicate(step.predicate, spot.lowering.scene);
  if (!isDecided(truth) && exact) {
    refuseTest(rule, step, truth.because ?? 'more than the frame', spot);
    return [];
  }
  const rest = (then: Expression): readonly Statement[] => lowerSteps(rule, index + 1, then, spot);
  if (step.kind === 'test') return isFalse(truth.may) ? [] : when(truth.may, rest(isDecided(truth) ? certain : all([certain, truth.must])));
  if (isTrue(truth.may)) return rest(certain);
  // A late one drops the packet only after the rule's action has had its effect.
  const lost = step.late && isObservable(rule.action) ? [passOn] : when(certain, [leave]);
  if (isFalse(truth.may)) return lost;
  return isTrue(certain) ? [...when(not(truth.may), lost), ...rest(certain)] : when(truth.may, rest(certain), lost);
}

function lowerAction(rule: CoreRule, action: Action, certain: Expression, spot: Spot): readonly Statement[] {
  const ends = when(certain, [leave]);
  switch (action.kind) {
    case 'continue':
      return [];
    case 'drop':
      return ends;
    case 'accept':
      return [accept, ...ends];
    case 'return':
      return [...gather(spot.result, outcome('RETURNED')), ...ends];
    case 'jump':
    case 'goto':
      return lowerJump(action, certain, spot);
    case 'nat':
      if (spot.lowering.session.mode === 'exact') refuseEffect(rule, action.nat.kind.toUpperCase(), spot);
      return [accept, ...ends];
    case 'log':
    case 'nflog':
    case 'reject':
    case 'refuse':
      refuseEffect(rule, action.kind === 'refuse' ? action.extension : action.kind.toUpperCase(), spot);
      // A refusal goes on to find the next one.
      return spot.lowering.session.mode === 'exact' ? [] : [passOn];
    case 'outside':
      return lowerExternal(rule, action.jump, spot);
    // What follows changes nothing that a dropped packet leaves behind; later tests of what it changes are unknown.
    case 'assign':
      if (action.to === 'ct.mark' && spot.lowering.session.mode === 'exact') refuseEffect(rule, 'CONNMARK', spot);
      return [];
    case 'notrack':
    case 'ct':
      if (spot.lowering.session.mode === 'exact') refuseEffect(rule, 'CT', spot);
      return [];
    case 'tcpmss':
      return [];
    default:
      return unreachable(action);
  }
}

/** What nobody sees of a packet that is dropped later needs nothing. */
function lowerExternal(rule: CoreRule, jump: ExternalJump, spot: Spot): readonly Statement[] {
  const { mode } = spot.lowering.session;
  const seen = isSeen(jump);
  if (seen || mode === 'exact') refuseEffect(rule, externalMeaning(jump).name, spot);
  return seen && mode !== 'exact' ? [passOn] : [];
}

function lowerJump(action: { readonly kind: 'jump' | 'goto'; readonly chain: string }, certain: Expression, spot: Spot): readonly Statement[] {
  const { lowering } = spot;
  const chain = chainNamed(lowering.table, action.chain);
  if (chain === undefined) throw new Error(`no chain ${action.chain} in table ${lowering.table.name}`);
  const isGoto = action.kind === 'goto';
  if (isInlined(lowering, chain)) {
    // What a goto comes back to is where this chain comes back to, hence the same variable; a jump is asked only when it is certain.
    const result = isGoto ? spot.result : isFalse(certain) ? undefined : lowering.fresh('back');
    const body = lowerChain({ lowering, chain, function: spot.function, ...(result === undefined ? {} : { result }) }).flat();
    const scope: Statement = { kind: 'scope', body: [...body, ...(closes(body) ? [] : gather(result, outcome('RETURNED')))] };
    if (isGoto) return [scope, ...when(certain, [leave])];
    if (result === undefined) return body.length === 0 ? [] : [scope];
    return [{ kind: 'declare', name: result, value: outcome('ENDED') }, scope, ...when(certain, when(not(has(variable(result), 'RETURNED')), [leave]))];
  }
  const name = lowering.fresh('outcome');
  const outcomeOf = variable(name);
  return [
    { kind: 'declare', name, value: call(chainFunction(lowering, chain, spot.function)) },
    ...when(has(outcomeOf, 'PASSED'), [passOn]),
    ...(isGoto ? [...gather(spot.result, and(outcomeOf, outcome('RETURNED'))), ...when(certain, [leave])] : when(certain, when(not(has(outcomeOf, 'RETURNED')), [leave]))),
  ];
}

/** A packet that comes to the action leaves a trace of it, so that it must come to the stack. */
export const isObservable = (action: Action): boolean =>
  action.kind === 'log' || action.kind === 'nflog' || action.kind === 'reject' || action.kind === 'refuse' || (action.kind === 'outside' && isSeen(action.jump));

const leave: Statement = { kind: 'leave' };
const passOn: Statement = { kind: 'return', value: outcome('PASSED') };
const accept: Statement = { kind: 'assign', to: member('accepted'), operator: '=', value: number(1) };

const gather = (result: string | undefined, value: Expression): readonly Statement[] =>
  result === undefined ? [] : [{ kind: 'assign', to: variable(result), operator: '|=', value }];

