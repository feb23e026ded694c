import type { ConnbytesMatch, Test } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { readBigRange, u64 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { printTest, printValue, readUses } from '../values/uses.js';

type Count = ConnbytesMatch['count']['value'];

/** One number alone means "or more". */
function readCount(word: Word, context: DecodeContext): Count | undefined {
  const range = readBigRange(word, context);
  if (range === undefined) return undefined;
  const { min, single } = range;
  const max = single ? u64 : range.max;
  if (min <= max) return { min, max };
  context.report('reversed-range', { text: word.text }, placeOf(word, context));
  return undefined;
}

/** iptables says "not" by swapping the ends, which leaves no trace where they are the same. */
function storedCount(count: Test<Count>, context: DecodeContext): Test<Count> {
  if (!count.negated || count.value.min !== count.value.max) return count;
  context.report('value-ignored', { option: '! before --connbytes', reason: 'iptables loses it where both ends are the same' });
  return { ...count, negated: false };
}

const formatCount = ({ min, max }: Count): string => (max === u64 ? String(min) : `${min}:${max}`);

export const connbytes: MatchExtension<'connbytes'> = {
  kind: 'connbytes',
  modules: ['connbytes'],
  families: [4, 6],
  options: [
    { name: 'connbytes', arity: 1, negatable: true, mandatory: true },
    { name: 'connbytes-dir', arity: 1, mandatory: true },
    { name: 'connbytes-mode', arity: 1, mandatory: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const count = uses.test('connbytes', (word) => readCount(word, context));
    const mode = uses.value('connbytes-mode', (word) => readKeyword(word, context, ['packets', 'bytes', 'avgpkt'] as const, 'exact'));
    const direction = uses.value('connbytes-dir', (word) => readKeyword(word, context, ['original', 'reply', 'both'] as const, 'exact'));
    if (count === undefined || mode === undefined || direction === undefined) return undefined;
    return { kind: 'connbytes', source: context.source, count: storedCount(count, context), mode, direction };
  },
  print: ({ count, mode, direction }) =>
    printTest('connbytes', count, formatCount) + printValue('connbytes-mode', mode) + printValue('connbytes-dir', direction),
  lossy: ({ count }) => (count.value.max === 0n ? 'iptables-save prints --connbytes 0:0 as 0, which means "0 or more"' : undefined),
};
