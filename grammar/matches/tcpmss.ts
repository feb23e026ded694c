import type { MatchExtension } from '../extension.js';
import { readRange, u16 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { placeOf } from '../values/reporter.js';
import { printTest, readUses } from '../values/uses.js';

export const tcpmss: MatchExtension<'tcpmss'> = {
  kind: 'tcpmss',
  modules: ['tcpmss'],
  families: [4, 6],
  options: [{ name: 'mss', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const mss = readUses(given).test('mss', (word) => {
      const range = readRange(word, context, u16);
      if (range === undefined || range.min <= range.max) return range;
      context.report('reversed-range', { text: word.text }, placeOf(word, context));
      return undefined;
    });
    if (mss === undefined) return undefined;
    const { min, max } = mss.value;
    return { kind: 'tcpmss', source: context.source, mss: { negated: mss.negated, value: { min, max } } };
  },
  print: (match) => printTest('mss', match.mss, formatPortRange),
  needs: () => ({ protocols: [6], reason: 'reads TCP options, so it wants -p tcp' }),
};
