import type { MatchExtension } from '../extension.js';
import { readRange, u16 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { printTest, readUses } from '../values/uses.js';

/** Reversed ends are legal and match nothing. */
export const length: MatchExtension<'length'> = {
  kind: 'length',
  modules: ['length'],
  families: [4, 6],
  options: [{ name: 'length', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const test = readUses(given).test('length', (word) => readRange(word, context, u16));
    if (test === undefined) return undefined;
    const { min, max } = test.value;
    return { kind: 'length', source: context.source, length: { negated: test.negated, value: { min, max } } };
  },
  print: (match) => printTest('length', match.length, formatPortRange),
};
