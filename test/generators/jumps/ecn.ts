import fc from 'fast-check';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const bit = fc.constantFrom(0 as const, 1 as const);

export const ecn: JumpGenerator<'ecn'> = {
  families: [4],
  draw: () =>
    fc
      .record(
        { kind: fc.constant('ecn' as const), source: fc.constant(nowhere), tcpEce: bit, tcpCwr: bit, ipEct: number(3) },
        { requiredKeys: ['kind', 'source'] },
      )
      .filter((jump) => Object.keys(jump).length > 2),
};
