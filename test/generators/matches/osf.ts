import fc from 'fast-check';
import { number, test, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

export const osf: MatchGenerator<'osf'> = {
  families: [4],
  draw: () =>
    fc.record(
      { kind: fc.constant('osf' as const), source: fc.constant(nowhere), genre: test(fc.oneof(fc.constantFrom('Linux', 'unknown', 'RISC OS', 'abcdefghijklmno'), text(31, 1))), ttl: number(2), log: number(2) },
      { requiredKeys: ['kind', 'source', 'genre'] },
    ),
};
