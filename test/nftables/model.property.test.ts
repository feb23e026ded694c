import { describe, expect, it } from 'vitest';
import type { AssumptionId, Outcome } from '../../src/ir/index.js';
import { createHost } from '../../src/stack/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { createModel, lowerToNft } from '../../targets/nftables/index.js';
import { lower } from '../../src/lower/index.js';
import { isOutside } from '../../src/check/outside.js';
import { packetLine, squeezed } from '../equivalence/shrink.js';
import { rulesetsOf, settings } from '../equivalence/settings.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import { packetsFor } from '../generators/packets.js';
import { randomProgram } from '../generators/ruleset.js';
import { carriable } from './carriable.js';

const granted: readonly AssumptionId[] = ['no-ipv6-authentication-headers', 'one-fragment-header', 'sets-as-given', 'room-in-sets', 'plain-tcp-options', 'syn-with-mss'];

const shown = ({ verdict, stage, out, mark, bytes, replies }: Outcome): string =>
  JSON.stringify({ verdict, stage, out, mark, bytes: bytes && Buffer.from(bytes).toString('hex'), replies: replies.map((reply) => Buffer.from(reply).toString('hex')) });

const worlds: readonly LanguageOptions[] = [{}, { nat: true }, { owner: true }, { link: true }, { stateful: true }, formWorlds.plain, formWorlds.tracked, formWorlds.counted];

const follows = ({ stateful, forms }: LanguageOptions): boolean => stateful === true || forms?.includes('counted') === true;

describe('the model of nft judges what was carried as the interpreter judges the rules', () => {
  const cases = worlds.flatMap((world, index) => ([4, 6] as const).flatMap((family) => [true, false].map((strict) => [index, family, strict, world] as const)));
  it.each(cases)('world %i, IPv%i, strict %s', (index, family, strict, world) => {
    const verdicts = new Set<string>();
    for (let at = 0; at < Math.ceil(rulesetsOf(world) / 3); at++) {
      const seed = settings.seed + 300_000 + index * 10_000 + at;
      const { generated, compiled } = carriable(randomProgram(seed, { ...world, family }), strict, granted);
      const { script } = lowerToNft(lower(generated.program).value, { strict, assume: granted });
      if (script === undefined) throw new Error('carried as text but not as tree');
      const interpreter = createInterpreter(generated.program, { topology: generated.topology, sequence: follows(world) });
      const model = createHost({ engines: [createModel(script, family)], topology: generated.topology, sequence: follows(world) });
      for (const packet of packetsFor(generated.program, seed, settings.packets, world.link === true ? { link: true } : {})) {
        if (isOutside(compiled.assumptions, packet)) continue;
        const expected = interpreter.judge(packet);
        verdicts.add(expected.verdict);
        const given = model.judge(packet);
        if (shown(given) !== shown(expected)) {
          expect.fail(`seed ${seed}\n${squeezed(generated)}\n${packetLine(packet)}\ninterpreter ${shown(expected)}\n${JSON.stringify(expected.path)}\nmodel ${shown(given)}\n${JSON.stringify(given.path)}`);
        }
      }
    }
    expect(verdicts.size).toBeGreaterThan(1);
  });
});
