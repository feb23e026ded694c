import { printRule } from '../../grammar/index.js';
import { createEngine } from '../../targets/interpreter/engine.js';
import { createRuntime } from '../../targets/interpreter/runtime.js';
import { createLiveSets } from '../../targets/interpreter/sets.js';
import { coreEngine, plainHelp } from '../evaluate/index.js';
import { type CoreProgram, type CoreRuleset, externalIdentity, externalText, type Family, identityOf, isExternal, type Jump, type NamedSet, type Program, type Rule, type Ruleset, type Source, type TraceStep } from '../ir/index.js';
import { leavesOf } from '../ir/predicate.js';
import { lower } from '../lower/index.js';
import type { Side } from './result.js';

/**
 * One input: a side for each family that it speaks of. A dump of iptables is of one family and says nothing about the other; a rule
 * set of nft is the whole of both, so that a family it does not mention has no rules.
 */
export interface Input {
  readonly file: string;
  readonly speaksOf: readonly Family[];
  readonly sides: readonly Side[];
}

/** A side of iptables rules: proved by their lowering, judged by the reference interpreter. */
export function iptablesInput(program: Program, lines: (file: string) => readonly string[] | undefined): Input {
  const { value } = lower(program);
  const sides = program.rulesets.flatMap((ruleset): readonly Side[] => {
    const core = value.rulesets.find((one) => one.family === ruleset.family);
    return core === undefined ? [] : [iptablesSide(ruleset, core, program.sets, value.sets, lines(ruleset.file))];
  });
  return { file: program.rulesets.map(({ file }) => file).join(', '), speaksOf: program.rulesets.map(({ family }) => family), sides };
}

function iptablesSide(ruleset: Ruleset, core: CoreRuleset, sets: readonly NamedSet[], known: readonly NamedSet[], lines: readonly string[] | undefined): Side {
  let texts: ReadonlyMap<string, string> | undefined;
  return {
    file: ruleset.file,
    core,
    sets: known,
    engine(chance) {
      const runtime = createRuntime(0, chance);
      const live = createLiveSets(sets);
      return createEngine(ruleset, { family: ruleset.family, sets: live, runtime }, () => {
        runtime.reset();
        live.reset();
      });
    },
    numbering: 'line',
    ruleText: (step) => lines?.[step.line - 1]?.trim() ?? printedRule(ruleset, step),
    opaqueText(identity) {
      texts ??= opaqueTexts(ruleset, core);
      return texts.get(identity);
    },
  };
}

/** A rule as `fmt` prints it, where the file's own lines are not at hand. */
function printedRule({ tables, family }: Ruleset, { table, chain, rule }: TraceStep): string | undefined {
  const found = tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain);
  const one = found?.rules[rule - 1];
  if (one !== undefined) return printRule(one, chain, family);
  return found?.kind === 'base' && rule === 0 ? `:${chain} ${found.policy}` : undefined;
}

/** What the matches and jumps that the core refuses, or asks of something outside, are called in iptables; without a `!` before the test. */
function opaqueTexts({ tables, family }: Ruleset, core: CoreRuleset): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const rules = core.tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
  const place = ({ line, column }: Source): string => `${line}:${column}`;
  const refused = new Set(rules.flatMap(({ source, steps, action }) => [...steps.flatMap((step) => (step.kind === 'refuse' ? [place(step.source)] : [])), ...(action.kind === 'refuse' || action.kind === 'outside' ? [place(source)] : [])]));
  const external = new Map<string, readonly string[]>();
  for (const { steps } of rules) {
    for (const step of steps) {
      const asked = step.kind === 'refuse' ? [] : leavesOf(step.predicate).flatMap((leaf) => (leaf.kind === 'external' ? [externalText(leaf.test)] : []));
      if (step.kind !== 'refuse' && asked.length > 0) external.set(place(step.source), [...(external.get(place(step.source)) ?? []), ...asked]);
    }
  }
  const print = (part: Pick<Rule, 'matches'> & { readonly jump?: Jump }): string => printRule({ source: { line: 1, column: 1, endColumn: 1 }, conditions: {}, ...part }, '', family).replace(/^-A\s+(""\s+)?/, '').trim();
  for (const { source, matches, jump } of tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules))) {
    for (const match of matches) {
      if (refused.has(place(match.source))) texts.set(identityOf(match), print({ matches: [match] }));
      // A match that asks two things outside is called neither.
      const [asked, ...more] = external.get(place(match.source)) ?? [];
      if (asked !== undefined && more.length === 0) texts.set(asked, print({ matches: [match] }).replace(/^(-m \S+) ! /, '$1 '));
    }
    const changed = jump === undefined ? [] : (external.get(place(jump.source)) ?? []);
    if (jump === undefined || (changed.length === 0 && !refused.has(place(source)))) continue;
    const text = print({ matches: [], jump });
    for (const asked of changed) texts.set(asked, text);
    texts.set(identityOf(jump), text);
    if (isExternal(jump)) texts.set(externalIdentity(jump), text);
  }
  return texts;
}

/** A side of nft rules, raised into the core. `ruleText`: what nft prints for a rule of a table of the core. */
export function nftInput(program: CoreProgram, file: string, numbering: Side['numbering'], ruleText: (family: Family, step: TraceStep) => string | undefined): Input {
  const sides = program.rulesets.map((core): Side => ({
    file,
    core,
    sets: program.sets,
    engine: (chance) => coreEngine(core, core.family, chance === undefined ? plainHelp : { ...plainHelp, chance }),
    numbering,
    ruleText: (step) => ruleText(core.family, step),
    opaqueText: () => undefined,
  }));
  return { file, speaksOf: [4, 6], sides };
}

/** No rules at all. */
export function emptySide(family: Family, file: string): Side {
  const core: CoreRuleset = { family, file, tracking: false, tables: [] };
  return { file, core, sets: [], engine: () => coreEngine(core, family), numbering: 'line', ruleText: () => undefined, opaqueText: () => undefined };
}
