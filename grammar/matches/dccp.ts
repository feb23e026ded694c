import { dccpTypes, type DccpMatch, type DccpType } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { findKeyword } from '../values/keyword.js';
import { readNumber, u8 } from '../values/number.js';
import { formatPortRange, readResolvedPortRange } from '../values/port.js';
import { parts, placeOf } from '../values/reporter.js';
import { optional, printTest, readUses } from '../values/uses.js';
import { portOptions } from './ports.js';

/** Names in any case; empty parts are skipped, so that an empty list is legal and holds for no packet. */
function readTypes(word: Word, context: DecodeContext): readonly DccpType[] | undefined {
  const found = new Set<DccpType>();
  for (const one of parts(word, ',')) {
    if (one.text === '') continue;
    const type = findKeyword(one.text, dccpTypes, 'caseless');
    if (type === undefined) {
      context.report('bad-keyword', { text: one.text, expected: dccpTypes.join(', ') }, placeOf(one, context));
      return undefined;
    }
    found.add(type);
  }
  return dccpTypes.filter((type) => found.has(type));
}

export const dccp: MatchExtension<'dccp'> = {
  kind: 'dccp',
  modules: ['dccp'],
  impliedBy: [33],
  families: [4, 6],
  options: [
    ...portOptions,
    { name: 'dccp-types', arity: 1, negatable: true },
    { name: 'dccp-option', arity: 1, negatable: true },
  ],
  decode(given, context): DccpMatch | undefined {
    const uses = readUses(given);
    const sourcePort = uses.test('sport', (word) => readResolvedPortRange(word, context));
    const destinationPort = uses.test('dport', (word) => readResolvedPortRange(word, context));
    const types = uses.test('dccp-types', (word) => readTypes(word, context));
    const option = uses.test('dccp-option', (word) => readNumber(word, context, u8, 1));
    if (uses.failed) return undefined;
    return {
      kind: 'dccp',
      source: context.source,
      ...optional('sourcePort', sourcePort),
      ...optional('destinationPort', destinationPort),
      ...optional('types', types),
      ...optional('option', option),
    };
  },
  print: (match) =>
    printTest('sport', match.sourcePort, formatPortRange) +
    printTest('dport', match.destinationPort, formatPortRange) +
    printTest('dccp-types', match.types, (types) => (types.length === 0 ? '""' : types.join(','))) +
    printTest('dccp-option', match.option, String),
  lossy: ({ types }) => (types?.value.length === 0 ? 'iptables-save prints nothing for an empty list of types' : undefined),
  needs: () => ({ protocols: [33], reason: 'reads the DCCP header, so it wants -p dccp' }),
};
