import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { print } from '../../grammar/index.js';
import { hasErrors } from '../../src/diagnostics/index.js';
import { formatOutcome } from '../../src/packet/index.js';
import { translate } from '../../src/translate.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { caseNames, diagnosticText, readCase } from './case.js';

describe.each(caseNames)('case %s', (name) => {
  const scenario = readCase(name);
  const file = (expected: string): string => join(scenario.folder, expected);
  const refused = hasErrors(scenario.diagnostics);
  const ruleset = scenario.program.rulesets[0];

  it('is diagnosed as expected', async () => {
    await expect(diagnosticText(scenario.diagnostics, scenario.rules)).toMatchFileSnapshot(file('diagnostics.txt'));
  });

  it.skipIf(refused)('is printed as expected, and printing it again changes nothing', async () => {
    if (ruleset === undefined) throw new Error('no rule set');
    const text = print(ruleset, { counters: false }).value;
    await expect(text).toMatchFileSnapshot(file('expect.rules'));
    const { parse } = await import('../../grammar/index.js');
    expect(print(parse(text, { file: 'again', family: ruleset.family }).value, { counters: false }).value).toBe(text);
  });

  it.skipIf(refused).each([
    ['nft', false],
    ['strict.nft', true],
  ] as const)('is carried to %s as expected, or refused', async (extension, strict) => {
    const compiled = translate(scenario.program, { to: 'nft', strict, assume: [] });
    await expect(compiled.text ?? diagnosticText(compiled.diagnostics, scenario.rules)).toMatchFileSnapshot(file(`expect.${extension}`));
  });

  it.skipIf(refused || scenario.packets.length === 0)('judges its packets as expected', async () => {
    const interpreter = createInterpreter(scenario.program, scenario.topology === undefined ? {} : { topology: scenario.topology });
    const lines = scenario.packets.map((packet) => formatOutcome(interpreter.judge(packet)));
    await expect(lines.map((line) => `${line}\n`).join('')).toMatchFileSnapshot(file('expect.jsonl'));
  });
});
