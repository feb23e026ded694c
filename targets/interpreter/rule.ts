import type { Jump, Match, Rule, StepResult, TableName, Unknown } from '../../src/ir/index.js';
import type { TableVerdict } from '../../src/stack/index.js';
import { conditionTests } from './conditions.js';
import type { Compilation, Effect, Evaluation, MatchMeaning, JumpMeaning, Opaque, Test } from './evaluation.js';
import { jumps } from './jumps/index.js';
import { matches } from './matches/index.js';

/** Where a rule that matched goes. */
export type Action =
  | { readonly kind: 'effect'; readonly run: Effect }
  | { readonly kind: 'verdict'; readonly verdict: TableVerdict }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export interface Step {
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number;
  readonly line: number;
  readonly result: StepResult;
}

export interface CompiledRule {
  readonly tests: readonly Test[];
  readonly action: Action;
  readonly steps: { readonly [R in 'match' | 'no-match' | 'hotdrop' | 'return' | 'unknown']: Step };
  /** Matches that the interpreter does not model: `tests` holds those before the first of them, `rest` those behind. */
  readonly opaque?: { readonly unknown: Unknown; readonly rest: readonly Test[]; readonly harmless: boolean };
}

export interface RulePlace {
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number;
}

/** Matches whose answer changes their own state: behind an unknown one it is not known whether they are asked. */
const stateful: ReadonlySet<Match['kind']> = new Set<Match['kind']>(['connlimit', 'hashlimit', 'limit', 'quota', 'recent', 'statistic']);

export function compileRule(rule: Rule, place: RulePlace, compilation: Compilation): CompiledRule {
  const tests: Test[] = [...conditionTests(rule.conditions, compilation.family)];
  const { table, chain, rule: number } = place;
  const { line } = rule.source;
  const step = (result: StepResult): Step => ({ table, chain, rule: number, line, result });
  const steps = { match: step('match'), 'no-match': step('no-match'), hotdrop: step('hotdrop'), return: step('return'), unknown: step('unknown') };
  const unknown = (extension: string, reason: string, source: Unknown['source']): Unknown => ({ family: compilation.family, ...place, extension, reason, source });
  let first: Unknown | undefined;
  const rest: Test[] = [];
  let certain = true;
  for (const match of rule.matches) {
    const meaning = meaningOf(match, compilation);
    if (typeof meaning !== 'function') first ??= unknown(match.kind, meaning.reason, match.source);
    else if (first === undefined) tests.push(meaning);
    else if (stateful.has(match.kind) || (match.kind === 'set' && compilation.sets.byName.get(match.set.value)?.counters === true)) certain = false;
    else rest.push(meaning);
  }
  const action = actionOf(rule.jump, compilation, (reason) => unknown(rule.jump?.kind ?? '', reason, rule.jump?.source ?? rule.source));
  const harmless = certain && (rule.jump === undefined || rule.jump.kind === 'log' || rule.jump.kind === 'nflog');
  return { tests, action, steps, ...(first === undefined ? {} : { opaque: { unknown: first, rest, harmless } }) };
}

/** The table is keyed by kind; the compiler cannot see that key and value agree. */
const meaningOf = (match: Match, compilation: Compilation): Test | Opaque => (matches[match.kind] as MatchMeaning<Match['kind']>)(match, compilation);

function actionOf(jump: Jump | undefined, compilation: Compilation, unknown: (reason: string) => Unknown): Action {
  if (jump === undefined) return { kind: 'effect', run: () => undefined };
  switch (jump.kind) {
    case 'accept':
      return { kind: 'verdict', verdict: { kind: 'accept' } };
    case 'drop':
      return { kind: 'verdict', verdict: { kind: 'drop' } };
    case 'return':
      return { kind: 'return' };
    case 'chain':
      return { kind: 'jump', chain: jump.chain };
    case 'goto':
      return { kind: 'goto', chain: jump.chain };
    default: {
      const meaning = (jumps[jump.kind] as JumpMeaning<typeof jump.kind>)(jump, compilation);
      if (typeof meaning === 'function') return { kind: 'effect', run: meaning };
      return { kind: 'verdict', verdict: { kind: 'unknown', unknown: unknown(meaning.reason) } };
    }
  }
}

/** Whether a rule matches. `unknown`: not to be told, and it matters. */
export function judgeRule(rule: CompiledRule, evaluation: Evaluation): 'match' | 'no-match' | 'unknown' {
  for (const test of rule.tests) if (!test(evaluation)) return 'no-match';
  if (rule.opaque === undefined) return 'match';
  for (const test of rule.opaque.rest) {
    const holds = test(evaluation);
    // Whether this match is asked at all hangs on the unknown one before it.
    if (evaluation.hotdrop) return 'unknown';
    if (!holds) return 'no-match';
  }
  return 'unknown';
}
