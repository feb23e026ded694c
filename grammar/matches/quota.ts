import type { MatchExtension } from '../extension.js';
import { readBigNumber } from '../values/number.js';
import { printTest, readUses } from '../values/uses.js';

export const quota: MatchExtension<'quota'> = {
  kind: 'quota',
  modules: ['quota'],
  families: [4, 6],
  options: [{ name: 'quota', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const bytes = readUses(given).test('quota', (word) => readBigNumber(word, context));
    return bytes === undefined ? undefined : { kind: 'quota', source: context.source, quota: bytes };
  },
  print: (match) => printTest('quota', match.quota, String),
};
