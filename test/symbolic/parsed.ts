import { expect } from 'vitest';
import { parse } from '../../grammar/index.js';
import type { CoreRuleset } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';

/** The lines of a table as a rule set of the core. */
export function parsed(...lines: readonly string[]): CoreRuleset {
  const { value, diagnostics } = parse(`${lines.join('\n')}\nCOMMIT\n`, { file: 'rules', family: 4 });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [ruleset] = lower({ rulesets: [value], sets: [] }).value.rulesets;
  if (ruleset === undefined) throw new Error('no rule set');
  return ruleset;
}
