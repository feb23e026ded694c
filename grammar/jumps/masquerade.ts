import type { JumpExtension } from '../extension.js';
import { firstValue, optional, printFlag, printValue, readUses } from '../values/uses.js';
import { formatNatPorts, readNatPorts, refuseBase } from './nat-range.js';

export const masquerade: JumpExtension<'masquerade'> = {
  kind: 'masquerade',
  target: 'MASQUERADE',
  families: [4, 6],
  options: [
    { name: 'to-ports', arity: 1 },
    { name: 'random', arity: 0 },
    { name: 'random-fully', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const use = given.find(({ name }) => name === 'to-ports');
    const written = use === undefined ? undefined : readNatPorts(firstValue(use), context, 'MASQUERADE');
    if (use !== undefined && written === undefined) return undefined;
    if (use !== undefined && written?.basePort !== undefined) {
      refuseBase(firstValue(use), context, 'MASQUERADE');
      return undefined;
    }
    return {
      kind: 'masquerade',
      source: context.source,
      ...optional('ports', written?.ports),
      ...optional('random', uses.flag('random')),
      ...optional('randomFully', uses.flag('random-fully')),
    };
  },
  print: (jump) =>
    printValue('to-ports', jump.ports === undefined ? undefined : formatNatPorts(jump.ports)) +
    printFlag('random', jump.random) +
    printFlag('random-fully', jump.randomFully),
  needs: () => ({ tables: ['nat'], hooks: ['POSTROUTING'], reason: 'takes the address of the outgoing interface, which nat does in POSTROUTING' }),
};
