import type { MatchExtension } from '../extension.js';
import { decodeHops, hopsOptions, printHops } from './hops.js';

export const ttl: MatchExtension<'ttl'> = {
  kind: 'ttl',
  modules: ['ttl'],
  families: [4],
  options: hopsOptions('ttl'),
  decode(given, context) {
    const test = decodeHops('ttl', given, context);
    return test === undefined ? undefined : { kind: 'ttl', source: context.source, ...test };
  },
  print: (match) => printHops('ttl', match),
};
