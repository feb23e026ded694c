import { describe, it } from 'vitest';
import { standardTopology } from '../generators/pool.js';
import { available, withHost } from '../kernel/index.js';
import { contest, expectMeaning } from './contest.js';
import { legacy } from './legacy.js';

/** What two equal hosts do not agree on cannot be asked of anyone else. */
describe.skipIf(!available().ok)('the kernel agrees with itself', () => {
  it.each([4, 6] as const)('IPv%i', async (family) => {
    await withHost(standardTopology, (one) =>
      withHost(standardTopology, async (other) => {
        const language = { family, tracking: true, nat: true, link: true, owner: true };
        expectMeaning(await contest({ reference: legacy(one), contender: legacy(other, 'legacy again'), language }));
        expectMeaning(await contest({ reference: legacy(one), contender: legacy(other, 'legacy again'), language: { ...language, nat: false }, packets: { link: true }, offset: 500 }));
      }),
    );
  });
});
