import { addressBits, prefixLength, prefixMask } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { readHostMaskAlone } from '../values/address.js';
import { readNumber, u32 } from '../values/number.js';
import { printFlag, printValue, readUses } from '../values/uses.js';

/** `!` turns upto into above and back; the mask and the side are always saved. */
export const connlimit: MatchExtension<'connlimit'> = {
  kind: 'connlimit',
  modules: ['connlimit'],
  families: [4, 6],
  options: [
    { name: 'connlimit-upto', arity: 1, negatable: true, excludes: ['connlimit-above'] },
    { name: 'connlimit-above', arity: 1, negatable: true, excludes: ['connlimit-upto'] },
    { name: 'connlimit-mask', arity: 1 },
    { name: 'connlimit-saddr', arity: 0, excludes: ['connlimit-daddr'] },
    { name: 'connlimit-daddr', arity: 0, excludes: ['connlimit-saddr'] },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const upto = uses.test('connlimit-upto', (word) => readNumber(word, context, u32));
    const above = uses.test('connlimit-above', (word) => readNumber(word, context, u32));
    const mask = uses.value('connlimit-mask', (word) => readHostMaskAlone(word, context.family, context));
    if (uses.failed) return undefined;
    const limit = upto ?? above;
    if (limit === undefined) {
      context.report('option-needed', { extension: 'connlimit', options: '--connlimit-upto or --connlimit-above' });
      return undefined;
    }
    const bits = addressBits(context.family);
    return {
      kind: 'connlimit',
      source: context.source,
      comparison: (upto !== undefined) === limit.negated ? 'above' : 'upto',
      limit: limit.value,
      prefix: prefixLength(context.family, mask ?? prefixMask(context.family, bits)) ?? bits,
      address: uses.has('connlimit-daddr') ? 'destination' : 'source',
    };
  },
  print: (match) =>
    printValue(`connlimit-${match.comparison}`, match.limit) +
    printValue('connlimit-mask', match.prefix) +
    printFlag(match.address === 'source' ? 'connlimit-saddr' : 'connlimit-daddr', true),
};
