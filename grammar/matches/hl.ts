import type { MatchExtension } from '../extension.js';
import { decodeHops, hopsOptions, printHops } from './hops.js';

export const hl: MatchExtension<'hl'> = {
  kind: 'hl',
  modules: ['hl'],
  families: [6],
  options: hopsOptions('hl'),
  decode(given, context) {
    const test = decodeHops('hl', given, context);
    return test === undefined ? undefined : { kind: 'hl', source: context.source, ...test };
  },
  print: (match) => printHops('hl', match),
};
