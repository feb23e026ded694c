import type { MatchExtension } from '../extension.js';
import { formatMasked, readMasked } from '../values/mask.js';
import { printTest, readUses } from '../values/uses.js';

export const connmark: MatchExtension<'connmark'> = {
  kind: 'connmark',
  modules: ['connmark'],
  families: [4, 6],
  options: [{ name: 'mark', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const mark = readUses(given).test('mark', (word) => readMasked(word, context));
    return mark === undefined ? undefined : { kind: 'connmark', source: context.source, mark };
  },
  print: (match) => printTest('mark', match.mark, formatMasked),
};
