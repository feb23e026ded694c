import type { AddressRange, Family } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { formatAddress, parseAddress, reportAddress } from '../values/address.js';
import { parseIpv4Partial } from '../values/ipv4.js';
import { part, placeOf } from '../values/reporter.js';
import { optional, printTest, readUses } from '../values/uses.js';

const parse = (family: Family, text: string): bigint | undefined => (family === 4 ? parseIpv4Partial(text) : parseAddress(6, text));

/** `a-b`, or `a` for `a-a`. Reversed ends load with a warning, as in iptables, and match nothing. */
function readAddresses(word: Word, context: DecodeContext): AddressRange | undefined {
  const dash = word.text.indexOf('-');
  const low = dash < 0 ? word : part(word, 0, dash);
  const high = dash < 0 ? word : part(word, dash + 1);
  const min = parse(context.family, low.text);
  const max = parse(context.family, high.text);
  if (min === undefined) reportAddress(low, context.family, context);
  else if (max === undefined) reportAddress(high, context.family, context);
  if (min === undefined || max === undefined) return undefined;
  if (min > max) context.report('reversed-never-matches', { text: word.text }, placeOf(word, context));
  return { min, max };
}

export const iprange: MatchExtension<'iprange'> = {
  kind: 'iprange',
  modules: ['iprange'],
  families: [4, 6],
  options: [
    { name: 'src-range', arity: 1, negatable: true },
    { name: 'dst-range', arity: 1, negatable: true },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const sourceRange = uses.test('src-range', (word) => readAddresses(word, context));
    const destinationRange = uses.test('dst-range', (word) => readAddresses(word, context));
    if (uses.failed) return undefined;
    if (given.length === 0) {
      context.report('option-needed', { extension: 'iprange', options: '--src-range or --dst-range' });
      return undefined;
    }
    return {
      kind: 'iprange',
      source: context.source,
      ...optional('sourceRange', sourceRange),
      ...optional('destinationRange', destinationRange),
    };
  },
  print(match, { family }) {
    const format = ({ min, max }: AddressRange): string => `${formatAddress(family, min)}-${formatAddress(family, max)}`;
    return printTest('src-range', match.sourceRange, format) + printTest('dst-range', match.destinationRange, format);
  },
};
