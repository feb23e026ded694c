import type { MatchExtension } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { printTest, readUses } from '../values/uses.js';

export const cpu: MatchExtension<'cpu'> = {
  kind: 'cpu',
  modules: ['cpu'],
  families: [4, 6],
  options: [{ name: 'cpu', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const number = readUses(given).test('cpu', (word) => readNumber(word, context, u32));
    return number === undefined ? undefined : { kind: 'cpu', source: context.source, cpu: number };
  },
  print: (match) => printTest('cpu', match.cpu, String),
};
