import fc from 'fast-check';
import { number, test, text } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

/** Names as fingerprints have them, and at the edges of what nft takes. */
const genre = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('Linux', 'RISC OS', 'OS/400', 'abcdefghijklmn', 'abcdefghijklmno', 'unknown') }, { weight: 1, arbitrary: text(31, 1) });
const plain = { kind: fc.constant('osf' as const), source: fc.constant(nowhere), genre: test(genre), ttl: number(2) };

export const osf: MatchGenerator<'osf'> = {
  families: [4],
  draw: () => fc.oneof({ weight: 2, arbitrary: fc.record(plain, { requiredKeys: ['kind', 'source', 'genre'] }) }, { weight: 1, arbitrary: fc.record({ ...plain, log: number(2) }, { requiredKeys: ['kind', 'source', 'genre', 'log'] }) }),
};
