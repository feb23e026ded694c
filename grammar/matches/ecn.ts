import type { MatchExtension } from '../extension.js';
import { readNumber } from '../values/number.js';
import { optional, printNegatable, printTest, readUses } from '../values/uses.js';

export const ecn: MatchExtension<'ecn'> = {
  kind: 'ecn',
  modules: ['ecn'],
  families: [4, 6],
  options: [
    { name: 'ecn-tcp-cwr', arity: 0, negatable: true },
    { name: 'ecn-tcp-ece', arity: 0, negatable: true },
    { name: 'ecn-ip-ect', arity: 1, negatable: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const ece = uses.negatable('ecn-tcp-ece');
    const cwr = uses.negatable('ecn-tcp-cwr');
    const ipEct = uses.test('ecn-ip-ect', (word) => readNumber(word, context, 3));
    if (uses.failed) return undefined;
    if (given.length === 0) {
      context.report('option-needed', { extension: 'ecn', options: '--ecn-tcp-ece, --ecn-tcp-cwr or --ecn-ip-ect' });
      return undefined;
    }
    return {
      kind: 'ecn',
      source: context.source,
      ...optional('tcpEce', ece === undefined ? undefined : !ece.negated),
      ...optional('tcpCwr', cwr === undefined ? undefined : !cwr.negated),
      ...optional('ipEct', ipEct),
    };
  },
  print: (match) =>
    printNegatable('ecn-tcp-ece', match.tcpEce === undefined ? undefined : { negated: !match.tcpEce }) +
    printNegatable('ecn-tcp-cwr', match.tcpCwr === undefined ? undefined : { negated: !match.tcpCwr }) +
    printTest('ecn-ip-ect', match.ipEct, String),
  needs: (match) =>
    match.tcpEce === undefined && match.tcpCwr === undefined
      ? {}
      : { protocols: [6], reason: 'reads TCP flags for --ecn-tcp-ece and --ecn-tcp-cwr, so it wants -p tcp' },
};
