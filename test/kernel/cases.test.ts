import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasErrors } from '../../src/diagnostics/index.js';
import { deriveTopology } from '../../src/probe/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { caseNames, readCase } from '../cases/case.js';
import { available, comparable, withHost } from './index.js';

const { ok } = available();

/** The scenario folders hold what ferrule says; here the kernel says whether that is true. */
describe.skipIf(!ok).each(caseNames)('the kernel on case %s', (name) => {
  const scenario = readCase(name);
  const ruleset = scenario.program.rulesets[0];
  const topology = scenario.topology ?? deriveTopology(scenario.program);
  const nft = join(scenario.folder, 'expect.nft');

  it('takes the rules exactly when they have no error', async () => {
    if (ruleset === undefined) throw new Error('no rule set');
    const loaded = await withHost(topology, (host) => host.loadLegacy(ruleset.family, scenario.rules).then(() => true, () => false));
    expect(loaded).toBe(!hasErrors(scenario.diagnostics));
  });

  it.skipIf(hasErrors(scenario.diagnostics))('judges the packets as expected, and loads the nft output, which judges them alike', async () => {
    if (ruleset === undefined) throw new Error('no rule set');
    const interpreter = createInterpreter(scenario.program, { topology });
    const expected = scenario.packets.map((packet) => comparable(interpreter.judge(packet)));
    await withHost(topology, async (host) => {
      await host.loadLegacy(ruleset.family, scenario.rules);
      expect((await host.judge(scenario.packets)).map(comparable)).toEqual(expected);
      await host.flush();
      const script = existsSync(nft) ? readFileSync(nft, 'utf8') : '';
      if (!script.startsWith('#!')) return;
      await host.loadNft(script);
      expect((await host.judge(scenario.packets)).map(comparable)).toEqual(expected);
    });
  });
});
