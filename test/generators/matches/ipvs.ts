import fc from 'fast-check';
import { hostMask, negatable, number, test } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const base = { kind: fc.constant('ipvs' as const), source: fc.constant(nowhere) };

export const ipvs: MatchGenerator<'ipvs'> = {
  families: [4, 6],
  draw: (family) =>
    fc.oneof(
      fc.record({ ...base, any: negatable() }),
      fc
        .record(
          {
            ...base,
            protocol: test(number(255)),
            address: test(hostMask(family)),
            port: test(number(65_535)),
            direction: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const),
            method: test(fc.constantFrom('GATE' as const, 'IPIP' as const, 'MASQ' as const)),
            controlPort: test(number(65_535)),
          },
          { requiredKeys: ['kind', 'source'] },
        )
        .filter((match) => Object.keys(match).length > 2),
    ),
};
