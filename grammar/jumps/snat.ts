import type { JumpExtension } from '../extension.js';
import { firstValue, optional, printFlag, printValue, readUses } from '../values/uses.js';
import { formatTranslation, readTranslation, refuseBase } from './nat-range.js';

export const snat: JumpExtension<'snat'> = {
  kind: 'snat',
  target: 'SNAT',
  families: [4, 6],
  options: [
    { name: 'to-source', arity: 1, mandatory: true },
    { name: 'random', arity: 0 },
    { name: 'random-fully', arity: 0 },
    { name: 'persistent', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const use = given.find(({ name }) => name === 'to-source');
    const translation = use === undefined ? undefined : readTranslation(firstValue(use), context, 'SNAT');
    if (use === undefined || translation === undefined) return undefined;
    const { basePort, ...to } = translation;
    if (basePort !== undefined) {
      refuseBase(firstValue(use), context, 'SNAT');
      return undefined;
    }
    return {
      kind: 'snat',
      source: context.source,
      to,
      ...optional('random', uses.flag('random')),
      ...optional('randomFully', uses.flag('random-fully')),
      ...optional('persistent', uses.flag('persistent')),
    };
  },
  print: (jump, { family }) =>
    printValue('to-source', formatTranslation(jump.to, family)) +
    printFlag('random', jump.random) +
    printFlag('random-fully', jump.randomFully) +
    printFlag('persistent', jump.persistent),
  needs: () => ({ tables: ['nat'], hooks: ['POSTROUTING', 'INPUT'], reason: 'changes the source, which nat does in POSTROUTING and INPUT' }),
};
