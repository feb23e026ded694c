import { describe, expect, it } from 'vitest';
import type { AssumptionId, PacketInput } from '../../src/ir/index.js';
import { lower } from '../../src/lower/index.js';
import { isOutside } from '../../src/check/outside.js';
import { nftables } from '../../targets/nftables/index.js';
import type { Compiled } from '../../targets/target.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import type { PacketOptions } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { randomProgram, type GeneratedProgram } from '../generators/ruleset.js';
import { available, withHost, type Host } from '../kernel/index.js';
import { wantsQueue } from '../kernel/nft.js';
import { contest, expectMeaning, type Contender, type Contest } from './contest.js';
import { legacy } from './legacy.js';

/** What a strict lane may assume all the same: sets are as given here, and IPv6 without a look behind AH carries few rules. */
type Mode = { readonly name: string; readonly strict: boolean; readonly assume: readonly AssumptionId[] };

const modes: readonly Mode[] = [
  { name: 'default', strict: false, assume: [] },
  { name: 'strict', strict: true, assume: ['sets-as-given'] },
  { name: 'strict but for AH', strict: true, assume: ['sets-as-given', 'no-ipv6-authentication-headers', 'no-nested-fragments', 'one-fragment-header'] },
];

const compile = ({ program }: GeneratedProgram, { strict, assume }: Mode): Compiled => nftables.compile(lower(program).value, { strict, assume });

/** The kernel under the script. A script that the kernel refuses is a failure, not a refusal. */
const nft = (host: Host, mode: Mode): Contender => ({
  name: `nft (${mode.name})`,
  async judge(generated: GeneratedProgram, packets: readonly PacketInput[]) {
    const { text, diagnostics } = compile(generated, mode);
    if (text === undefined) throw new Error(`refused: ${diagnostics.map(({ message }) => message).join('; ')}`);
    await host.flush();
    await host.loadNft(text);
    return host.judge(packets);
  },
  refuses: (generated) => {
    const { text, diagnostics } = compile(generated, mode);
    if (text === undefined) return diagnostics.filter(({ severity }) => severity === 'error').map(({ line }) => line);
    return wantsQueue(text) ? generated.text.split('\n').flatMap((line, index) => (/ -j (?:NF)?QUEUE\b/.test(line) ? [index + 1] : [])) : [];
  },
});

const excuses = (mode: Mode): NonNullable<Contest['excused']> => {
  const known = new WeakMap<GeneratedProgram, readonly AssumptionId[]>();
  return (generated, packet) => {
    const assumptions = known.get(generated) ?? compile(generated, mode).assumptions;
    known.set(generated, assumptions);
    return isOutside(assumptions, packet);
  };
};

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', {}, {}],
  ['translation', { nat: true }, {}],
  ['owners', { owner: true }, {}],
  ['frames', { link: true }, { link: true }],
  ['every form', formWorlds.plain, { link: true }],
  ['every form of tracking', formWorlds.tracked, {}],
  ['every form that the kernel knows', formWorlds.known, {}],
  ['every form that counts', formWorlds.counted, {}],
];

describe.skipIf(!available().ok)('the nft output judges as legacy xtables does', () => {
  const cases = modes.flatMap((mode) =>
    worlds.flatMap(([name, language, packets], index) =>
      ([4, 6] as const).filter((family) => family === 6 || mode.name !== 'strict but for AH').filter(() => mode.name === 'default' || language.forms === undefined || language.forms.includes('headers')).map((family) => [mode.name, family, name, mode, language, packets, index] as const),
    ),
  );
  it.each(cases)('%s, IPv%i, %s', async (_, family, __, mode, language, packets, index) => {
    await withHost(standardTopology, (left) =>
      withHost(standardTopology, async (right) => {
        expectMeaning(
          await contest({ reference: legacy(left), contender: nft(right, mode), language: { ...language, family }, packets, excused: excuses(mode), offset: 100_000 + index * 10_000 }),
        );
      }),
    );
  });

  it('assumes nothing under --strict', () => {
    for (let seed = 0; seed < 40; seed++) {
      const program = randomProgram(seed, { family: seed % 4 < 2 ? 4 : 6 });
      expect(compile(program, { name: 'nothing assumed', strict: true, assume: [] }).assumptions).toEqual([]);
    }
  });
});
