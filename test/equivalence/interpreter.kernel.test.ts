import { describe, it } from 'vitest';
import type { PacketInput } from '../../src/ir/index.js';
import { createInterpreter } from '../../targets/interpreter/index.js';
import { formWorlds, type LanguageOptions } from '../generators/language.js';
import type { PacketOptions } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import type { GeneratedProgram } from '../generators/ruleset.js';
import { available, withHost } from '../kernel/index.js';
import { contest, expectMeaning, type Contender } from './contest.js';
import { legacy } from './legacy.js';

/** Where rules count, packets follow one another. */
const interpreter = (sequence: boolean): Contender => ({
  name: 'interpreter',
  async judge({ program, topology }: GeneratedProgram, packets: readonly PacketInput[]) {
    const { judge } = createInterpreter(program, { topology, sequence });
    return packets.map((packet) => judge(packet));
  },
});

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', { hash: true }, {}],
  ['translation', { nat: true, hash: true }, {}],
  ['owners', { owner: true }, {}],
  ['frames', { link: true }, { link: true }],
  ['every form', { ...formWorlds.plain, hash: true }, { link: true }],
  ['every form of tracking', { ...formWorlds.tracked, hash: true }, {}],
  ['every form that counts', { ...formWorlds.counted, hash: true }, {}],
];

describe.skipIf(!available().ok)('the interpreter judges as legacy xtables does', () => {
  const cases = worlds.flatMap(([name, language, packets], index) => ([4, 6] as const).map((family) => [family, name, language, packets, index] as const));
  it.each(cases)('IPv%i, %s', async (family, _, language, packets, index) => {
    await withHost(standardTopology, async (host) => {
      expectMeaning(await contest({ reference: legacy(host), contender: interpreter(language.forms?.includes('counted') ?? false), language: { ...language, family }, packets, offset: index * 10_000 }));
    });
  });
});
