import { describe, expect, it } from 'vitest';
import type { AssumptionId } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { lowerToNft } from '../../targets/nftables/index.js';
import { readText } from '../../targets/nftables/read/text.js';
import { raise } from '../../targets/nftables/raise/index.js';
import { isOutside } from '../../src/check/outside.js';
import { packetLine, squeezed } from '../equivalence/shrink.js';
import { rulesetsOf, settings } from '../equivalence/settings.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor } from '../generators/packets.js';
import { randomProgram } from '../generators/ruleset.js';
import { comparable } from '../kernel/index.js';
import { carriable } from './carriable.js';
import { judgeRaised } from './raised.js';

const granted: readonly AssumptionId[] = ['no-ipv6-authentication-headers', 'one-fragment-header', 'sets-as-given', 'plain-tcp-options', 'syn-with-mss'];

const worlds: readonly LanguageOptions[] = [{}, { nat: true }, { owner: true }, { link: true }, { stateful: true }, formWorlds.plain, formWorlds.tracked, formWorlds.counted];

const follows = ({ stateful, forms }: LanguageOptions): boolean => stateful === true || forms?.includes('counted') === true;

describe('what was carried to nft, raised again, judges as the interpreter judges the rules', () => {
  const cases = worlds.flatMap((world, index) => ([4, 6] as const).flatMap((family) => [true, false].map((strict) => [index, family, strict, world] as const)));
  it.each(cases)('world %i, IPv%i, strict %s', (index, family, strict, world) => {
    const verdicts = new Set<string>();
    for (let at = 0; at < rulesetsOf(world); at++) {
      const seed = settings.seed + 400_000 + index * 10_000 + at;
      const { generated, compiled } = carriable(randomProgram(seed, { ...world, family }), strict, granted);
      const { script } = lowerToNft(lower(generated.program).value, { strict, assume: granted });
      if (script === undefined) throw new Error('carried as text but not as tree');
      const { value: core } = raise(script, { file: '-' });
      expect(core.rulesets[0]?.tracking ?? false).toBe(lower(generated.program).value.rulesets[0]?.tracking);
      const interpreter = createInterpreter(generated.program, { topology: generated.topology, sequence: follows(world) });
      const read = readText(compiled.text ?? '', { file: '-', form: 'script' });
      if (read.value === undefined) throw new Error(`seed ${seed}: ${JSON.stringify(read.diagnostics)}`);
      const judges = [
        ['raised', judgeRaised(core, generated, follows(world))],
        ['read and raised', judgeRaised(raise(read.value, { file: '-' }).value, generated, follows(world))],
      ] as const;
      for (const packet of packetsFor(generated.program, seed, settings.packets, world.link === true ? { link: true } : {})) {
        if (isOutside(compiled.assumptions, packet)) continue;
        const expected = interpreter.judge(packet);
        verdicts.add(expected.verdict);
        for (const [name, judge] of judges) {
          const given = judge(packet);
          if (comparable(given) === comparable(expected)) continue;
          expect.fail(`seed ${seed}\n${squeezed(generated)}\n${packetLine(packet)}\ninterpreter ${comparable(expected)}\n${JSON.stringify(expected.path)}\n${name} ${comparable(given)}\n${JSON.stringify(given.path)}\n${compiled.text ?? ''}`);
        }
      }
    }
    expect(verdicts.size).toBeGreaterThan(1);
  });
});
