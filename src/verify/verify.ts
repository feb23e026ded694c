import { type AssumptionId, type CoreRuleset, type Family, type Hook, hooks } from '../ir/index.js';
import { type Comparison, compare, type CompareOptions } from '../symbolic/compare.js';
import { cubesOf, share } from '../symbolic/region.js';
import type { AcceptedAssumption, ComparedHook, Difference, Modulo, SharedTest, Side, Verification } from './result.js';
import { withSets } from './sets.js';
import { emptySide, type Input } from './sides.js';
import { simpleWitness } from './simple-witness.js';
import { readableCube } from './words/cube.js';
import { opaqueWords } from './words/opaque.js';

export interface VerifyOptions {
  /** Accepted by name: what they exclude is not compared. */
  readonly assume?: readonly AssumptionId[];
  /** Compare at these hooks alone. */
  readonly only?: readonly Hook[];
  /** What is logged makes no difference. */
  readonly ignoreLogs?: boolean;
  /** Nodes that one attempt of a decision diagram may make. */
  readonly budget?: number;
  /** Cubes that each difference tells at most. */
  readonly cubes?: number;
}

/** About 1 GB at the worst. */
export const defaultBudget = 30_000_000;

type Compared = Extract<Comparison, { readonly kind: 'compared' }>;

/** Compares two inputs for all packets and all states, family by family and hook by hook. */
export function verify(left: Input, right: Input, options: VerifyOptions = {}): Verification {
  const { families, notes } = familiesOf(left, right);
  const differences: Difference[] = [];
  const modulo = new Map<string, Modulo>();
  const compared: ComparedHook[] = [];
  for (const family of families) {
    const [one, other] = [sideOf(left, family), sideOf(right, family)];
    const sets = [withSets(one.core, one.sets), withSets(other.core, other.sets)] as const;
    const result = compare(sets[0].ruleset, sets[1].ruleset, compareOptions(options));
    if (result.kind === 'gave-up') return { kind: 'gave-up', nodes: result.budget, file: one.file, line: result.line, fields: [] };
    compared.push(...comparedHooks([one.core, other.core], family, options));
    const assume: readonly AssumptionId[] = [...(options.assume ?? []), ...(sets.some(({ used }) => used) ? (['sets-as-given'] as const) : [])];
    for (const part of [...sharedTests(result, one, other), ...assume.map((id): AcceptedAssumption => ({ kind: 'assumption', id }))]) modulo.set(JSON.stringify(part), part);
    differences.push(...differencesOf(result, family, one, other, options));
  }
  const common = { modulo: [...modulo.values()], compared, notes };
  return differences.length === 0 ? { kind: 'equivalent', ...common } : { kind: 'different', ...common, differences };
}

/** The families that both inputs speak of, and a note on those that only one does. */
function familiesOf(left: Input, right: Input): { readonly families: readonly Family[]; readonly notes: readonly string[] } {
  const has = (input: Input, family: Family): boolean => input.sides.some(({ core }) => core.family === family);
  const both = ([4, 6] as const).filter((family) => left.speaksOf.includes(family) && right.speaksOf.includes(family) && (has(left, family) || has(right, family)));
  const notes = ([4, 6] as const).flatMap((family) =>
    [[left, right] as const, [right, left] as const].flatMap(([one, other]) => {
      if (has(one, family)) return [];
      if (!one.speaksOf.includes(family)) return has(other, family) ? [`IPv${family} is not compared: ${one.file} says nothing about it`] : [];
      return both.includes(family) ? [`${one.file} has no IPv${family} rules: there it accepts everything`] : [];
    }),
  );
  return { families: both, notes };
}

const sideOf = (input: Input, family: Family): Side => input.sides.find(({ core }) => core.family === family) ?? emptySide(family, input.file);

const compareOptions = ({ assume = [], only, budget = defaultBudget }: VerifyOptions): CompareOptions => ({
  assume,
  ...(only?.[0] === undefined ? {} : { only: only[0] }),
  budget,
  expandSet: () => undefined,
  isKnownSet: () => false,
});

/** The hooks at which either side has rules. */
const comparedHooks = (rulesets: readonly CoreRuleset[], family: Family, { only }: VerifyOptions): readonly ComparedHook[] =>
  hooks
    .filter((hook) => (only === undefined || only.includes(hook)) && rulesets.some(({ tables }) => tables.some(({ chains }) => chains.some(({ base }) => base?.hook === hook))))
    .map((hook) => ({ family, hook }));

function sharedTests({ vocabulary }: Compared, left: Side, right: Side): readonly SharedTest[] {
  const textOf = (identity: string): string | undefined => left.opaqueText(identity) ?? right.opaqueText(identity);
  return vocabulary.opaque.filter((key) => !key.startsWith('present ')).map((key) => ({ kind: 'opaque', text: opaqueWords(key, textOf) }));
}

function differencesOf(compared: Compared, family: Family, left: Side, right: Side, { cubes: most = 8 }: VerifyOptions): readonly Difference[] {
  const { bdd, layout, vocabulary } = compared;
  const speech = { family, layout, vocabulary, opaqueText: (identity: string) => left.opaqueText(identity) ?? right.opaqueText(identity) };
  return compared.differences.map(({ hook, region }): Difference => {
    const { cubes, complete } = cubesOf(bdd, region, layout, most);
    const found = simpleWitness(compared, region, hook, left, right);
    return { family, hook, kind: 'verdict', ...found, region: cubes.map((cube) => readableCube(cube, speech)), complete, share: share(bdd, region) };
  });
}
