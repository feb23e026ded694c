import type { MatchExtension } from '../extension.js';
import { formatTos, readTos } from '../values/tos.js';
import { printTest, readUses } from '../values/uses.js';

export const tos: MatchExtension<'tos'> = {
  kind: 'tos',
  modules: ['tos'],
  families: [4, 6],
  options: [{ name: 'tos', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const test = readUses(given).test('tos', (word) => readTos(word, context));
    return test === undefined ? undefined : { kind: 'tos', source: context.source, tos: test };
  },
  print: (match) => printTest('tos', match.tos, formatTos),
};
