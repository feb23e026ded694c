import type { OsfMatch } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readNumber } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { readCutText } from '../values/text.js';
import { optional, printTest, printValue, readUses } from '../values/uses.js';

const genreLimit = 31;

export const osf: MatchExtension<'osf'> = {
  kind: 'osf',
  modules: ['osf'],
  families: [4],
  options: [
    { name: 'genre', arity: 1, negatable: true, mandatory: true },
    { name: 'ttl', arity: 1 },
    { name: 'log', arity: 1 },
  ],
  decode(given, context): OsfMatch | undefined {
    const uses = readUses(given);
    const genre = uses.test('genre', (word) => readCutText(word, context, 'genre', genreLimit));
    const ttl = uses.value('ttl', (word) => readNumber(word, context, 2));
    const log = uses.value('log', (word) => readNumber(word, context, 2));
    if (uses.failed || genre === undefined) return undefined;
    if (genre.negated) context.report('kernel-overlooks', { what: 'the ! before --genre', instead: 'the rule matches what it would match without it' });
    if (log !== undefined) context.report('kernel-overlooks', { what: '--genre', instead: 'with --log the rule matches packets of every system that has a fingerprint' });
    return { kind: 'osf', source: context.source, genre, ...optional('ttl', ttl), ...optional('log', log) };
  },
  print: ({ genre, ttl, log }) => printTest('genre', genre, quoteIfNeeded) + printValue('ttl', ttl) + printValue('log', log),
  lossy: ({ genre }) => (quoteIfNeeded(genre.value) === genre.value ? undefined : `iptables-save does not quote the genre "${genre.value}"`),
  needs: () => ({
    hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
    protocols: [6],
    reason: 'looks at SYN packets from outside, under -p tcp in PREROUTING, INPUT and FORWARD',
  }),
};
