import type { MatchExtension } from '../extension.js';
import { optional, printFlag, readUses } from '../values/uses.js';

export const rpfilter: MatchExtension<'rpfilter'> = {
  kind: 'rpfilter',
  modules: ['rpfilter'],
  families: [4, 6],
  options: [
    { name: 'loose', arity: 0 },
    { name: 'validmark', arity: 0 },
    { name: 'accept-local', arity: 0 },
    { name: 'invert', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    return {
      kind: 'rpfilter',
      source: context.source,
      ...optional('loose', uses.flag('loose')),
      ...optional('validmark', uses.flag('validmark')),
      ...optional('acceptLocal', uses.flag('accept-local')),
      ...optional('invert', uses.flag('invert')),
    };
  },
  print: (match) =>
    printFlag('loose', match.loose) +
    printFlag('validmark', match.validmark) +
    printFlag('accept-local', match.acceptLocal) +
    printFlag('invert', match.invert),
  needs: () => ({ tables: ['raw', 'mangle'], hooks: ['PREROUTING'], reason: 'looks up the way back, which it does in raw and mangle PREROUTING only' }),
};
