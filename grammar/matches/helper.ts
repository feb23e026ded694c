import type { MatchExtension } from '../extension.js';
import { quote } from '../values/quote.js';
import { readCutText } from '../values/text.js';
import { printTest, readUses } from '../values/uses.js';

/** Bytes that the kernel keeps of a helper's name in this match. */
const limit = 29;

export const helper: MatchExtension<'helper'> = {
  kind: 'helper',
  modules: ['helper'],
  families: [4, 6],
  options: [{ name: 'helper', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const name = readUses(given).test('helper', (word) => readCutText(word, context, 'helper', limit));
    return name === undefined ? undefined : { kind: 'helper', source: context.source, helper: name };
  },
  print: (match) => printTest('helper', match.helper, quote),
};
