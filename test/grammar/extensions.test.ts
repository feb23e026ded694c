import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, printRule } from '../../grammar/index.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import type { Family, Jump, Match, Rule } from '../../src/ir/index.js';
import type { CoreJumpKind } from '../../grammar/extension.js';
import { jumpGenerators } from '../generators/jumps/index.js';
import { matchGenerators } from '../generators/matches/index.js';
import { placeJump, placeMatch, type Placed } from '../generators/placed.js';

const runs = Number(process.env['FERRULE_RUNS'] ?? 100);

/** The tree without the places of its nodes. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== 'source').map(([key, value]) => [key, bare(value)]));
}

/** What is printed is read back as the same rule, and a loss in the kernel's own save is told. */
function comesBack({ table, chain, rule, lossy }: Placed, family: Family): void {
  const line = printRule(rule, chain, family);
  const { value, diagnostics } = parse(`*${table}\n${line}\nCOMMIT\n`, { file: 'drawn', family });
  const problems = diagnostics.filter((one) => one.severity === 'error').map((one) => `${one.code}: ${one.message}`);
  expect(problems, line).toEqual([]);
  expect(hasErrors(diagnostics)).toBe(false);
  const [read] = value.tables[0]?.chains.find(({ name }) => name === chain)?.rules ?? [];
  expect(bare(read satisfies Rule | undefined), line).toEqual(bare(rule));
  expect(diagnostics.some((one) => one.code === 'lossy-save')).toBe(lossy);
}

describe('printed matches are read back as they were', () => {
  for (const [kind, generator] of Object.entries(matchGenerators)) {
    test.each(generator.families.map((family) => [family] as const))(`${kind}, IPv%i`, (family) => {
      const drawn: fc.Arbitrary<Match> = generator.draw(family);
      fc.assert(fc.property(drawn, (match) => { comesBack(placeMatch(match, family), family); }), { numRuns: runs });
    });
  }
});

describe('printed jumps are read back as they were', () => {
  for (const [kind, generator] of Object.entries(jumpGenerators)) {
    test.each(generator.families.map((family) => [family] as const))(`${kind}, IPv%i`, (family) => {
      const drawn: fc.Arbitrary<Exclude<Jump, { readonly kind: CoreJumpKind }>> = generator.draw(family);
      fc.assert(fc.property(drawn, (jump) => { comesBack(placeJump(jump, family), family); }), { numRuns: runs });
    });
  }
});
