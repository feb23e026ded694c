import type { JumpExtension } from '../extension.js';
import { formatNetwork, readHostMask } from '../values/address.js';
import { printValue, readUses } from '../values/uses.js';

export const netmap: JumpExtension<'netmap'> = {
  kind: 'netmap',
  target: 'NETMAP',
  families: [4, 6],
  options: [{ name: 'to', arity: 1, mandatory: true }],
  decode(given, context) {
    const network = readUses(given).value('to', (word) => readHostMask(word, context.family, context));
    if (network === undefined) return undefined;
    const { address, mask } = network;
    return { kind: 'netmap', source: context.source, to: { address: address & mask, mask } };
  },
  print: (jump, { family }) => printValue('to', formatNetwork(family, jump.to)),
  needs: () => ({ tables: ['nat'], reason: 'is valid in the nat table only' }),
};
