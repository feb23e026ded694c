import type { MatchExtension } from '../extension.js';
import { formatMac, readMac } from '../values/mac.js';
import { printTest, readUses } from '../values/uses.js';

export const mac: MatchExtension<'mac'> = {
  kind: 'mac',
  modules: ['mac'],
  families: [4, 6],
  options: [{ name: 'mac-source', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const address = readUses(given).test('mac-source', (word) => readMac(word, context));
    return address === undefined ? undefined : { kind: 'mac', source: context.source, address };
  },
  print: (match) => printTest('mac-source', match.address, formatMac),
  needs: () => ({
    hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
    reason: 'reads the link-layer header, which only packets from outside have: PREROUTING, INPUT and FORWARD',
  }),
};
