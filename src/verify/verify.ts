import { type AssumptionId, type CoreRuleset, type Family, type Hook, hooks } from '../ir/index.js';
import { type Comparison, compare, type CompareOptions, type HookDifference, outcomeAt } from '../symbolic/compare.js';
import { pick } from '../symbolic/region.js';
import { witnessFor } from '../witness/index.js';
import type { AcceptedAssumption, ComparedHook, Difference, Judgement, Modulo, Side, Verification } from './result.js';
import { spelledOut } from './spelled.js';
import { asksGivenSet, sharedTests } from './shared.js';
import { emptySide, type Input } from './sides.js';
import { shareOf } from './cover.js';
import { blockTitle, readableRegion, type Speech } from './words/cube.js';
import { outcomeWords } from './words/outcome.js';

export interface VerifyOptions {
  /** Accepted by name: what they exclude is not compared. */
  readonly assume?: readonly AssumptionId[];
  /** Compare at these hooks alone. */
  readonly only?: readonly Hook[];
  /** What is logged makes no difference. */
  readonly ignoreLogs?: boolean;
  /** Nodes that one attempt of a decision diagram may make. */
  readonly budget?: number;
  /** Parts that each region is told in at most; 6 unless given. */
  readonly cubes?: number;
  /** Called often while the rules are worked through, with the file and line. */
  progress?(file: string, line: number): void;
}

/** About 1 GB at the worst. */
export const defaultBudget = 30_000_000;

type Compared = Extract<Comparison, { readonly kind: 'compared' }>;

/** Compares two inputs for all packets and all states, family by family and hook by hook. */
export function verify(left: Input, right: Input, options: VerifyOptions = {}): Verification {
  const { families, notes } = familiesOf(left, right);
  const differences: Difference[] = [];
  const further: string[] = [];
  const modulo = new Map<string, Modulo>();
  const compared: ComparedHook[] = [];
  for (const family of families) {
    const sides = [sideOf(left, family), sideOf(right, family)] as const;
    const [one, other] = [spelledOut(sides[0].core, sides[0].sets, options.assume), spelledOut(sides[1].core, sides[1].sets, options.assume)];
    const result = compare(one, other, compareOptions(options, (side) => (side === 'left' ? sides[0] : sides[1]).file));
    if (result.kind === 'gave-up') return { kind: 'gave-up', nodes: result.budget, file: (result.side === 'left' ? sides[0] : sides[1]).file, line: result.line, fields: result.fields.map(blockTitle) };
    compared.push(...comparedHooks([one, other], family, options));
    const assume: readonly AssumptionId[] = [...(options.assume ?? []), ...(sides.some(asksGivenSet) ? (['sets-as-given'] as const) : [])];
    for (const part of [...sharedTests(result.shared, sides), ...assume.map((id): AcceptedAssumption => ({ kind: 'assumption', id }))]) modulo.set(JSON.stringify(part), part);
    differences.push(...differencesOf(result, family, sides[0], sides[1], options));
    for (const { hook } of result.unreachable) further.push(`${hook} of IPv${family} would differ, but for packets that never come there, or of which nobody hears`);
  }
  const common = { modulo: [...modulo.values()], compared, notes: [...notes, ...further] };
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

const compareOptions = ({ assume = [], only, budget = defaultBudget, ignoreLogs = false, progress }: VerifyOptions, fileOf: (side: 'left' | 'right') => string): CompareOptions => ({
  assume,
  ...(only === undefined ? {} : { only }),
  ...(progress === undefined ? {} : { progress: (side, line) => progress(fileOf(side), line) }),
  budget,
  ignoreLogs,
});

/** The hooks at which either side has rules. */
const comparedHooks = (rulesets: readonly CoreRuleset[], family: Family, { only }: VerifyOptions): readonly ComparedHook[] =>
  hooks
    .filter((hook) => (only === undefined || only.includes(hook)) && rulesets.some(({ tables }) => tables.some(({ chains }) => chains.some(({ base }) => base?.hook === hook))))
    .map((hook) => ({ family, hook }));

function differencesOf(compared: Compared, family: Family, left: Side, right: Side, { cubes: most = 6 }: VerifyOptions): readonly Difference[] {
  const { bdd, layout, vocabulary } = compared;
  const speech: Speech = { family, bdd, layout, vocabulary, opaqueText: (identity: string) => left.opaqueText(identity) ?? right.opaqueText(identity) };
  return compared.differences.map((difference): Difference => {
    const { hook, region, possible } = difference;
    const shown = { family, hook, ...readableRegion(region, possible, most, speech), share: shareOf(bdd, region, possible) };
    const found = witnessFor({ difference, comparison: compared, left, right });
    return found === undefined ? { ...shown, ...withoutWitness(difference, compared) } : { ...shown, ...found };
  });
}

/** What the diagrams say of some point of the region, where no packet can be built that comes there. */
function withoutWitness({ region, left, right }: HookDifference, { bdd, layout, outcomes }: Compared): Pick<Difference, 'kind' | 'left' | 'right'> {
  const values = pick(bdd, region, layout, () => 0n);
  const [one, other] = [outcomeAt(bdd, left, layout, values, outcomes), outcomeAt(bdd, right, layout, values, outcomes)];
  const judgement = (outcome: typeof one): Judgement => ({ outcome: outcomeWords(outcome), path: [] });
  return { kind: one.ending === other.ending ? 'effect' : 'verdict', left: judgement(one), right: judgement(other) };
}
