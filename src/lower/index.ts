import { diagnose, type Diagnostic, type Result } from '../diagnostics/index.js';
import type { Action, Chain, CoreChain, CoreProgram, CoreRule, CoreRuleset, FragmentAssumption, Program, Rule, Ruleset, Step } from '../ir/index.js';
import { type ChangedSets, changes, setsOf } from './changed-sets.js';
import { lowerConditions } from './conditions.js';
import { hooksOfChains, laterFragments } from './fragments.js';
import { lowerJump } from './jumps/index.js';
import { jumpNeeds } from './jumps/needs.js';
import { lowerMatch } from './matches/index.js';
import { restoresMark, stepsToRestore, takeSocketMark } from './restored-mark.js';
import { neverHolds, simplify } from './simplify.js';
import { turnsReassemblyOn, turnsTrackingOn } from './tracking.js';
import { type KeyedUses, keyedUses } from './uses.js';

export { turnsTrackingOn } from './tracking.js';

/**
 * From the surface IR to the core, exactly as xtables behaves. Every rule arrives, in its place: one that can never match too,
 * with its `test` that never holds and a note. What no core predicate says becomes a `refuse` that each target reports.
 */
export function lower(program: Program): Result<CoreProgram> {
  const diagnostics: Diagnostic[] = [];
  const { fixed, changed } = setsOf(program);
  const rulesets = program.rulesets.map((ruleset) => lowerRuleset(ruleset, changed, diagnostics));
  const changing = [...changed.kept.values()].map(({ single }) => single.set);
  return { value: { rulesets, sets: fixed, ...(changing.length === 0 ? {} : { changing }) }, diagnostics };
}

function lowerRuleset(ruleset: Ruleset, changed: ChangedSets, diagnostics: Diagnostic[]): CoreRuleset {
  const { family, file } = ruleset;
  const tracking = turnsTrackingOn(ruleset);
  const reassembly = !tracking && turnsReassemblyOn(ruleset);
  const uses = keyedUses(ruleset);
  const tables = ruleset.tables.map((table) => {
    const hooks = hooksOfChains(table);
    const chains = table.chains.map((chain) => {
      const lowered = lowerChain(chain, ruleset, laterFragments(family, tracking || reassembly, hooks.get(chain.name) ?? new Set()), { uses, changed });
      for (const rule of lowered.rules) {
        const hopeless = rule.steps.find((step) => step.kind === 'test' && neverHolds(step.predicate));
        if (hopeless === undefined) continue;
        diagnostics.push(diagnose('rule-never-matches', {}, { ...hopeless.source, file, table: table.name, chain: chain.name, rule: rule.position }));
      }
      return lowered;
    });
    return { name: table.name, chains };
  });
  return { family, file, tracking, ...(reassembly ? { reassembly } : {}), tables };
}

/** What all rules know of one another. */
interface Known {
  readonly uses: KeyedUses;
  readonly changed: ChangedSets;
}

function lowerChain(chain: Chain, ruleset: Ruleset, fragments: FragmentAssumption | undefined, known: Known): CoreChain {
  const rules = chain.rules.flatMap((rule, index) => lowerRule(rule, index + 1, ruleset, fragments, known));
  if (chain.kind === 'user') return { name: chain.name, rules };
  return { name: chain.name, base: { hook: chain.hook, policy: chain.policy, counters: chain.counters }, rules };
}

/** A rule, behind those that do what one of its matches does by itself. */
function lowerRule(rule: Rule, position: number, { family }: Ruleset, fragments: FragmentAssumption | undefined, known: Known): readonly CoreRule[] {
  const context = { family, rule, ...known, ...(fragments === undefined ? {} : { laterFragments: fragments }) };
  const steps: Step[] = [...lowerConditions(rule.conditions, context, rule.source)];
  const before: CoreRule[] = [];
  for (const match of rule.matches) {
    steps.push(...lowerMatch(match, context));
    if (restoresMark(match)) before.push({ source: rule.source, position, part: before.length + 1, steps: simplify(stepsToRestore(steps, match)), action: takeSocketMark, comments: [] });
  }
  steps.push(...jumpNeeds(rule.jump, context));
  const changing = rule.jump?.kind === 'set' ? changes(rule.jump, known.changed, context) : undefined;
  if (typeof changing === 'object') steps.push(...changing);
  const own: CoreRule = {
    source: rule.source,
    position,
    steps: simplify(steps),
    action: typeof changing === 'object' ? { kind: 'continue' } : because(lowerJump(rule.jump), changing),
    comments: rule.matches.flatMap((match) => (match.kind === 'comment' ? [match.text] : [])),
    ...(rule.counters === undefined ? {} : { counters: rule.counters }),
  };
  return [...before, own];
}

/** A refusal for a reason that only all rules together show. */
const because = (action: Action, reason: string | undefined): Action => (action.kind === 'refuse' && reason !== undefined ? { ...action, reason } : action);
