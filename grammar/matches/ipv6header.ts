import { ipv6Headers, type Ipv6Header } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { parts, placeOf } from '../values/reporter.js';
import { formatProtocol, parseProtocol } from '../values/protocol.js';
import { optional, printFlag, printTest, readUses } from '../values/uses.js';

/** By the number of the protocol; 255 is what iptables keeps for any other. */
const byNumber: ReadonlyMap<number, Ipv6Header> = new Map([
  [0, 'hop-by-hop'], [43, 'ipv6-route'], [44, 'ipv6-frag'], [50, 'esp'], [51, 'ah'], [59, 'ipv6-nonxt'], [60, 'ipv6-opts'], [255, 'protocol'],
]);

const byName: ReadonlyMap<string, Ipv6Header> = new Map([
  ['hop-by-hop', 'hop-by-hop'], ['hop', 'hop-by-hop'], ['dst', 'ipv6-opts'], ['route', 'ipv6-route'], ['frag', 'ipv6-frag'],
  ['auth', 'ah'], ['none', 'ipv6-nonxt'], ['prot', 'protocol'], ['protocol', 'protocol'],
]);

/** A name of this option, else of the protocol table (which has no `all`), else decimal digits; case matters. */
function findHeader(text: string): Ipv6Header | undefined {
  const named = byName.get(text);
  if (named !== undefined || text === 'all') return named;
  const number = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : /^[0-9]/.test(text) ? undefined : parseProtocol(text);
  return number === undefined ? undefined : byNumber.get(number);
}

function readHeaders(word: Word, context: DecodeContext): readonly Ipv6Header[] | undefined {
  const found = new Set<Ipv6Header>();
  const list = parts(word, ',').filter(({ text }) => text !== '');
  for (const one of list) {
    const header = findHeader(one.text);
    if (header === undefined) {
      context.report('bad-keyword', { text: one.text, expected: ipv6Headers.join(', ') }, placeOf(one, context), otherProtocol(one.text));
      return undefined;
    }
    found.add(header);
  }
  if (list.length === 0) {
    context.report('bad-value', { option: 'header', text: word.text, problem: 'names no header' }, placeOf(word, context));
    return undefined;
  }
  return ipv6Headers.filter((header) => found.has(header));
}

function otherProtocol(text: string): string | undefined {
  const number = parseProtocol(text);
  return number === undefined ? undefined : `${formatProtocol(number)} is no extension header: write protocol, or -p ${formatProtocol(number)}`;
}

export const ipv6header: MatchExtension<'ipv6header'> = {
  kind: 'ipv6header',
  modules: ['ipv6header'],
  families: [6],
  options: [
    { name: 'header', arity: 1, negatable: true, mandatory: true },
    { name: 'soft', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const headers = uses.test('header', (word) => readHeaders(word, context));
    return headers === undefined ? undefined : { kind: 'ipv6header', source: context.source, headers, ...optional('soft', uses.flag('soft')) };
  },
  print: (match) => printTest('header', match.headers, (headers) => headers.join(',')) + printFlag('soft', match.soft),
};
