import type { SocketMatch } from '../../src/ir/index.js';
import type { MatchExtension } from '../extension.js';
import { optional, printFlag, readUses } from '../values/uses.js';

export const socket: MatchExtension<'socket'> = {
  kind: 'socket',
  modules: ['socket'],
  families: [4, 6],
  options: [
    { name: 'transparent', arity: 0 },
    { name: 'nowildcard', arity: 0 },
    { name: 'restore-skmark', arity: 0 },
  ],
  decode(given, context): SocketMatch {
    const uses = readUses(given);
    return {
      kind: 'socket',
      source: context.source,
      ...optional('transparent', uses.flag('transparent')),
      ...optional('nowildcard', uses.flag('nowildcard')),
      ...optional('restoreMark', uses.flag('restore-skmark')),
    };
  },
  print: (match) =>
    printFlag('transparent', match.transparent) + printFlag('nowildcard', match.nowildcard) + printFlag('restore-skmark', match.restoreMark),
  needs: () => ({ hooks: ['PREROUTING', 'INPUT'], reason: 'looks for a local socket, in PREROUTING and INPUT only' }),
};
