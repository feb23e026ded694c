import { expect } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { AssumptionId, CoreRuleset, Family } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { compare, type CompareOptions, type Comparison } from '../../src/symbolic/compare.js';

/** Rules of one family as the core has them. */
export function core(rules: readonly string[], family: Family = 4): CoreRuleset {
  const { value, diagnostics } = parse(`${rules.join('\n')}\nCOMMIT\n`, { file: 'rules', family });
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const [ruleset] = lower({ rulesets: [value], sets: [] }).value.rulesets;
  if (ruleset === undefined) throw new Error('no rule set');
  return ruleset;
}

/** Several tables in one text: each begins with its `*name`. */
export const tables = (...lines: readonly string[]): CoreRuleset => core(lines.flatMap((line, index) => (line.startsWith('*') && index > 0 ? ['COMMIT', line] : [line])));

export const filter = (...rules: readonly string[]): CoreRuleset => core(['*filter', ...rules]);
export const mangle = (...rules: readonly string[]): CoreRuleset => core(['*mangle', ...rules]);

export type Compared = Extract<Comparison, { readonly kind: 'compared' }>;

export function compared(left: CoreRuleset, right: CoreRuleset, options: Partial<CompareOptions> = {}): Compared {
  const result = compare(left, right, { assume: [], budget: 1_000_000, ...options });
  if (result.kind === 'gave-up') throw new Error('gave up');
  return result;
}

export const differing = (left: CoreRuleset, right: CoreRuleset, assume: readonly AssumptionId[] = []): readonly string[] => compared(left, right, { assume }).differences.map(({ hook }) => hook);
