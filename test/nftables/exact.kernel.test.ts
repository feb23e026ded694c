import { describe, it } from 'vitest';
import type { AssumptionId, PacketInput } from '../../src/ir/index.js';
import type { LanguageOptions } from '../generators/language.js';
import type { PacketOptions } from '../generators/packets.js';
import { standardTopology } from '../generators/pool.js';
import { contest, expectMeaning, type Contender } from '../equivalence/contest.js';
import { isOutside } from '../../src/check/outside.js';
import { loadLegacy } from '../equivalence/legacy.js';
import { available, withHost, type Host } from '../kernel/index.js';
import { carriable } from './carriable.js';

/** What even --strict may rest on here: without the first no IPv6 rule with -p is carried, without the second none with a set. */
const granted: readonly AssumptionId[] = ['no-ipv6-authentication-headers', 'sets-as-given', 'plain-tcp-options'];

const legacy = (host: Host, strict: boolean): Contender => ({
  name: 'legacy',
  async judge(generated, packets) {
    await loadLegacy(host, carriable(generated, strict, granted).generated);
    return host.judge(packets);
  },
});

const nft = (host: Host, strict: boolean): Contender => ({
  name: strict ? 'nft --strict' : 'nft',
  async judge(generated, packets) {
    const { text } = carriable(generated, strict, granted).compiled;
    await host.flush();
    await host.loadNft(text ?? '');
    return host.judge(packets);
  },
});

const worlds: readonly (readonly [string, LanguageOptions, PacketOptions])[] = [
  ['every header', {}, {}],
  ['translation', { nat: true }, {}],
  ['owners', { owner: true }, {}],
  ['frames', { link: true }, { link: true }],
];

describe.skipIf(!available().ok)('what nft carries of a rule set judges as legacy xtables does', () => {
  const cases = [true, false].flatMap((strict) =>
    worlds.flatMap(([name, language, packets], index) => ([4, 6] as const).map((family) => [strict ? 'strict' : 'default', family, name, strict, language, packets, index] as const)),
  );
  it.each(cases)('%s, IPv%i, %s', async (_, family, __, strict, language, packets, index) => {
    await withHost(standardTopology, (left) =>
      withHost(standardTopology, async (right) => {
        const excused = (generated: Parameters<Contender['judge']>[0], packet: PacketInput): boolean => isOutside(carriable(generated, strict, granted).compiled.assumptions, packet);
        expectMeaning(
          await contest({ reference: legacy(left, strict), contender: nft(right, strict), language: { ...language, family }, packets, excused, offset: 200_000 + index * 10_000 }),
        );
      }),
    );
  });
});
