import type { JumpExtension } from '../extension.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';
import { formatTranslation, readTranslation } from './nat-range.js';

export const dnat: JumpExtension<'dnat'> = {
  kind: 'dnat',
  target: 'DNAT',
  families: [4, 6],
  options: [
    { name: 'to-destination', arity: 1, mandatory: true },
    { name: 'random', arity: 0 },
    { name: 'persistent', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const translation = uses.value('to-destination', (word) => readTranslation(word, context, 'DNAT'));
    if (translation === undefined) return undefined;
    const { basePort, ...to } = translation;
    return {
      kind: 'dnat',
      source: context.source,
      to,
      ...optional('basePort', basePort),
      ...optional('random', uses.flag('random')),
      ...optional('persistent', uses.flag('persistent')),
    };
  },
  print: (jump, { family }) =>
    printValue('to-destination', formatTranslation({ ...jump.to, ...optional('basePort', jump.basePort) }, family)) +
    printFlag('random', jump.random) +
    printFlag('persistent', jump.persistent),
  lossy: (jump) =>
    jump.basePort !== undefined && jump.to.ports?.min === jump.to.ports?.max
      ? 'iptables-save prints a shifted range of one port as port/base, which it cannot read again'
      : undefined,
  needs: () => ({ tables: ['nat'], hooks: ['PREROUTING', 'OUTPUT'], reason: 'changes the destination, which nat does in PREROUTING and OUTPUT' }),
};
