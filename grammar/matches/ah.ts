import type { MatchExtension } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { optional, printFlag, printTest, readUses } from '../values/uses.js';
import { lossySpi, printSpi, readSpi, testedSpi } from './spi.js';

/** IPv4 knows only --ahspi and wants -p ah; IPv6 walks to the header. */
export const ah: MatchExtension<'ah'> = {
  kind: 'ah',
  modules: ['ah'],
  impliedBy: [51],
  families: [4, 6],
  options: [
    { name: 'ahspi', arity: 1, negatable: true },
    { name: 'ahlen', arity: 1, negatable: true },
    { name: 'ahres', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const only6 = given.find((use) => use.name !== 'ahspi');
    if (context.family === 4 && only6 !== undefined) {
      context.report('wrong-family-match-option', { option: only6.name, family: 4 });
      return undefined;
    }
    const spi = testedSpi(uses.test('ahspi', (word) => readSpi(word, context)));
    const length = uses.test('ahlen', (word) => readNumber(word, context, u32));
    if (uses.failed) return undefined;
    return {
      kind: 'ah',
      source: context.source,
      ...optional('spi', spi),
      // A length of 0 tests nothing; the kernel shows it only when it is negated.
      ...optional('length', length?.value === 0 && !length.negated ? undefined : length),
      ...optional('reserved', uses.flag('ahres')),
    };
  },
  print: (match) =>
    printSpi('ahspi', match.spi) + printTest('ahlen', match.length, String) + printFlag('ahres', match.reserved),
  lossy: (match) => lossySpi('ahspi', match.spi),
  needs: (_match, family) => (family === 4 ? { protocols: [51], reason: 'reads the authentication header, so IPv4 wants -p ah' } : {}),
};
