import { takenApart, type AssumptionId, type CoreRuleset, type NamedSet, type Predicate } from '../ir/index.js';
import { leavesOf, not } from '../ir/predicate.js';
import { assumedTest } from './assumed.js';
import { knownLookups } from './sets.js';

/** It says in one word what others need many for, or what assumptions make another word for. */
const isReplaced = (leaf: Predicate, assume: readonly AssumptionId[]): boolean =>
  leaf.kind === 'set' || (leaf.kind === 'external' && (leaf.test.kind === 'bytes' || leaf.test.kind === 'program' || assumedTest(leaf.test, assume) !== leaf.test));

/**
 * The rules with every lookup in a set whose elements are known, and every test of bytes and program, replaced by what it asks of the
 * packet, and with one question where assumptions make one of two.
 */
export function spelledOut(ruleset: CoreRuleset, sets: readonly NamedSet[], assume: readonly AssumptionId[] = []): CoreRuleset {
  const { family } = ruleset;
  if (!ruleset.tables.some(({ chains }) => chains.some(({ rules }) => rules.some(({ steps }) => steps.some((step) => step.kind !== 'refuse' && leavesOf(step.predicate).some((leaf) => isReplaced(leaf, assume))))))) return ruleset;
  const lookedUp = knownLookups(sets, family);
  const replaced = (predicate: Predicate): Predicate => {
    switch (predicate.kind) {
      case 'set':
        return lookedUp(predicate);
      case 'external': {
        const test = assumedTest(predicate.test, assume);
        if (test.kind === 'bytes') return takenApart(test, family);
        return test.kind === 'program' && test.spelled !== undefined ? replaced(test.spelled) : { ...predicate, test };
      }
      case 'and':
      case 'or':
        return { ...predicate, operands: predicate.operands.map(replaced) };
      case 'not':
        return not(replaced(predicate.operand));
      default:
        return predicate;
    }
  };
  const tables = ruleset.tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) => ({ ...rule, steps: rule.steps.map((step) => (step.kind === 'refuse' ? step : { ...step, predicate: replaced(step.predicate) })) })),
    })),
  }));
  return { ...ruleset, tables };
}
