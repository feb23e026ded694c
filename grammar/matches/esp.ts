import type { MatchExtension } from '../extension.js';
import { optional, readUses } from '../values/uses.js';
import { lossySpi, printSpi, readSpi, testedSpi } from './spi.js';

export const esp: MatchExtension<'esp'> = {
  kind: 'esp',
  modules: ['esp'],
  impliedBy: [50],
  families: [4, 6],
  options: [{ name: 'espspi', arity: 1, negatable: true }],
  decode(given, context) {
    const uses = readUses(given);
    const spi = testedSpi(uses.test('espspi', (word) => readSpi(word, context)));
    return uses.failed ? undefined : { kind: 'esp', source: context.source, ...optional('spi', spi) };
  },
  print: (match) => printSpi('espspi', match.spi),
  lossy: (match) => lossySpi('espspi', match.spi),
  needs: () => ({ protocols: [50], reason: 'reads the ESP header, so it wants -p esp' }),
};
