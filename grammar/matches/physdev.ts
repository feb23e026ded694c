import type { InterfacePattern } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { formatInterface, readInterface } from '../values/interface.js';
import { quoteIfNeeded } from '../values/quote.js';
import { optional, printNegatable, printTest, readUses } from '../values/uses.js';

/** Unlike `-i`, the empty name is taken; it matches every interface. */
const readPort = (word: Word, context: DecodeContext): InterfacePattern | undefined =>
  word.text === '' ? { name: '', prefix: false } : readInterface(word, context);

const formatPort = (pattern: InterfacePattern): string => quoteIfNeeded(formatInterface(pattern));

export const physdev: MatchExtension<'physdev'> = {
  kind: 'physdev',
  modules: ['physdev'],
  families: [4, 6],
  options: [
    { name: 'physdev-in', arity: 1, negatable: true },
    { name: 'physdev-out', arity: 1, negatable: true },
    { name: 'physdev-is-in', arity: 0, negatable: true },
    { name: 'physdev-is-out', arity: 0, negatable: true },
    { name: 'physdev-is-bridged', arity: 0, negatable: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const inInterface = uses.test('physdev-in', (word) => readPort(word, context));
    const outInterface = uses.test('physdev-out', (word) => readPort(word, context));
    if (uses.failed) return undefined;
    if (given.length === 0) {
      context.report('option-needed', { extension: 'physdev', options: 'at least one option' });
      return undefined;
    }
    return {
      kind: 'physdev',
      source: context.source,
      ...optional('isIn', uses.negatable('physdev-is-in')),
      ...optional('inInterface', inInterface),
      ...optional('isOut', uses.negatable('physdev-is-out')),
      ...optional('outInterface', outInterface),
      ...optional('isBridged', uses.negatable('physdev-is-bridged')),
    };
  },
  print: (match) =>
    printNegatable('physdev-is-in', match.isIn) +
    printTest('physdev-in', match.inInterface, formatPort) +
    printNegatable('physdev-is-out', match.isOut) +
    printTest('physdev-out', match.outInterface, formatPort) +
    printNegatable('physdev-is-bridged', match.isBridged),
  lossy(match) {
    const unreadable = [match.inInterface, match.outInterface].find((test) => test !== undefined && formatPort(test.value).startsWith('"'));
    return unreadable === undefined ? undefined : `iptables-save does not quote the interface "${formatInterface(unreadable.value)}"`;
  },
  needs(match) {
    const out = match.outInterface !== undefined || match.isOut !== undefined;
    if (!out || match.isBridged?.negated === false) return {};
    return { notHooks: ['OUTPUT'], reason: 'knows no outgoing bridge port in OUTPUT without --physdev-is-bridged' };
  },
};
