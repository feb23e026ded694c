import type { MatchExtension } from '../extension.js';
import { quote } from '../values/quote.js';
import { readCutText } from '../values/text.js';
import { readUses } from '../values/uses.js';

/** Bytes that the kernel keeps. */
const limit = 255;

export const comment: MatchExtension<'comment'> = {
  kind: 'comment',
  modules: ['comment'],
  families: [4, 6],
  options: [{ name: 'comment', arity: 1, mandatory: true }],
  decode(given, context) {
    const text = readUses(given).value('comment', (word) => readCutText(word, context, 'comment', limit));
    return text === undefined ? undefined : { kind: 'comment', source: context.source, text };
  },
  print: (match) => ` --comment ${quote(match.text)}`,
};
