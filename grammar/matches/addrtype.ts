import { addressTypes, type AddressType } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { readKeywords } from '../values/keyword.js';
import { optional, printFlag, printTest, readUses } from '../values/uses.js';
import { placeOf } from '../values/reporter.js';

/** What the IPv6 side of the kernel cannot look up. */
const notInIpv6: readonly AddressType[] = ['BROADCAST', 'BLACKHOLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE'];

function readTypes(word: Word, context: DecodeContext): readonly AddressType[] | undefined {
  const types = readKeywords(word, context, addressTypes, 'prefix');
  const refused = context.family === 6 ? types?.find((type) => notInIpv6.includes(type)) : undefined;
  if (refused === undefined) return types;
  context.report('kernel-refuses', { extension: 'addrtype', reason: `IPv6 knows no ${refused} addresses` }, placeOf(word, context));
  return undefined;
}

/** Types by case-free beginnings of their names, saved in the kernel's bit order. */
export const addrtype: MatchExtension<'addrtype'> = {
  kind: 'addrtype',
  modules: ['addrtype'],
  families: [4, 6],
  options: [
    { name: 'src-type', arity: 1, negatable: true },
    { name: 'dst-type', arity: 1, negatable: true },
    { name: 'limit-iface-in', arity: 0, excludes: ['limit-iface-out'] },
    { name: 'limit-iface-out', arity: 0, excludes: ['limit-iface-in'] },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const sourceType = uses.test('src-type', (word) => readTypes(word, context));
    const destinationType = uses.test('dst-type', (word) => readTypes(word, context));
    if (uses.failed) return undefined;
    if (sourceType === undefined && destinationType === undefined) {
      context.report('option-needed', { extension: 'addrtype', options: '--src-type or --dst-type' });
      return undefined;
    }
    return {
      kind: 'addrtype',
      source: context.source,
      ...optional('sourceType', sourceType),
      ...optional('destinationType', destinationType),
      ...optional('limitInterface', uses.has('limit-iface-in') ? 'in' as const : uses.has('limit-iface-out') ? 'out' as const : undefined),
    };
  },
  print(match) {
    return (
      printTest('src-type', match.sourceType, (types) => types.join(',')) +
      printTest('dst-type', match.destinationType, (types) => types.join(',')) +
      printFlag('limit-iface-in', match.limitInterface === 'in') +
      printFlag('limit-iface-out', match.limitInterface === 'out')
    );
  },
  needs(match) {
    if (match.limitInterface === 'in') {
      return { notHooks: ['OUTPUT', 'POSTROUTING'], reason: '--limit-iface-in has no incoming interface to look at in OUTPUT and POSTROUTING' };
    }
    if (match.limitInterface === 'out') {
      return { notHooks: ['PREROUTING', 'INPUT'], reason: '--limit-iface-out has no outgoing interface to look at in PREROUTING and INPUT' };
    }
    return {};
  },
};
