import type { MatchExtension } from '../extension.js';
import { u32 } from '../values/number.js';
import { optional, printFlag, readUses } from '../values/uses.js';
import { printSpi, readSpi } from './spi.js';

/** Without an option it asks for an SPI of 0. */
export const ipcomp: MatchExtension<'ipcomp'> = {
  kind: 'ipcomp',
  modules: ['ipcomp'],
  impliedBy: [108],
  families: [4, 6],
  options: [
    { name: 'ipcompspi', arity: 1, negatable: true },
    { name: 'compres', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const spi = uses.test('ipcompspi', (word) => readSpi(word, context)) ?? { value: { min: 0, max: 0 }, negated: false };
    if (uses.failed) return undefined;
    if (uses.has('compres')) context.report('value-ignored', { option: '--compres', reason: 'the kernel stores it and looks at no reserved field' });
    return { kind: 'ipcomp', source: context.source, spi, ...optional('compressed', uses.flag('compres')) };
  },
  print: (match) => printSpi('ipcompspi', match.spi) + printFlag('compres', match.compressed),
  lossy: ({ spi }) =>
    spi.value.min === 0 && spi.value.max === u32 ? 'iptables-save leaves out --ipcompspi 0:4294967295, and reads what is left as SPI 0' : undefined,
  needs: () => ({ protocols: [108], reason: 'reads the IPComp header, so it wants -p ipcomp' }),
};
