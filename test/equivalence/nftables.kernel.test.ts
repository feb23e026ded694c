import { describe, expect, it } from 'vitest';
import type { AssumptionId, PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { nftables } from '../../targets/nftables/index.js';
import type { Compiled } from '../../targets/target.js';
import type { LanguageOptions } from '../generators/language.js';
import type { PacketOptions } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import { available, withHost, type Host } from '../kernel/index.js';
import { contest, expectMeaning, type Contender } from './contest.js';
import { excusedBy } from './excuses.js';
import { legacy } from './legacy.js';

const compile = ({ program }: GeneratedProgram, strict: boolean): Compiled => nftables.compile(lower(program).value, { strict, assume: [] });

/** The kernel under the script. A script that the kernel refuses is a failure, not a refusal. */
const nft = (host: Host, strict: boolean): Contender => ({
  name: strict ? 'nft --strict' : 'nft',
  async judge(generated: GeneratedProgram, packets: readonly PacketInput[]) {
    const { text, diagnostics } = compile(generated, strict);
    if (text === undefined) throw new Error(`refused: ${diagnostics.map(({ message }) => message).join('; ')}`);
    await host.flush();
    await host.loadNft(text);
    return host.judge(packets);
  },
  refuses: (generated) => {
    const { text, diagnostics } = compile(generated, strict);
    return text === undefined ? diagnostics.filter(({ severity }) => severity === 'error').map(({ line }) => line) : [];
  },
});

const assumed = (generated: GeneratedProgram): readonly AssumptionId[] => compile(generated, false).assumptions;

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', {}, {}],
  ['translation', { nat: true }, {}],
  ['owners', { owner: true }, {}],
  ['frames', { link: true }, { link: true }],
];

describe.skipIf(!available().ok)('the nft output judges as legacy xtables does', () => {
  const cases = [true, false].flatMap((strict) =>
    worlds.flatMap(([name, language, packets], index) => ([4, 6] as const).map((family) => [strict ? 'strict' : 'default', family, name, strict, language, packets, index] as const)),
  );
  it.each(cases)('%s, IPv%i, %s', async (_, family, __, strict, language, packets, index) => {
    await withHost(standardTopology, (left) =>
      withHost(standardTopology, async (right) => {
        const excused = (generated: GeneratedProgram, packet: PacketInput): boolean => !strict && excusedBy(assumed(generated), packet);
        expectMeaning(await contest({ reference: legacy(left), contender: nft(right, strict), language: { ...language, family }, packets, excused, offset: 100_000 + index * 10_000 }));
      }),
    );
  });

  it('lists nothing under --strict that it assumes', async () => {
    const { randomProgram } = await import('../generators/ruleset.js');
    for (let seed = 0; seed < 40; seed++) {
      const compiled = compile(randomProgram(seed, { family: seed % 4 < 2 ? 4 : 6 }), true);
      expect(compiled.assumptions.filter((id) => id !== 'sets-as-given')).toEqual([]);
    }
  });
});
