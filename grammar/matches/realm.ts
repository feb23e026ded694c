import type { MatchExtension } from '../extension.js';
import { printTest, readUses } from '../values/uses.js';
import { formatNamedMask, readNamedMask } from './named-mask.js';

const zero = 'cosmos';

export const realm: MatchExtension<'realm'> = {
  kind: 'realm',
  modules: ['realm'],
  families: [4],
  options: [{ name: 'realm', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const value = readUses(given).test('realm', (word) => readNamedMask(word, context, 'realm', zero));
    return value === undefined ? undefined : { kind: 'realm', source: context.source, realm: value };
  },
  print: (match) => printTest('realm', match.realm, (masked) => formatNamedMask(masked, zero)),
  needs: () => ({ notHooks: ['PREROUTING'], reason: 'asks for the route, which is not known yet in PREROUTING' }),
};
