import type { JumpExtension } from '../extension.js';
import { firstValue, optional, printFlag, printValue, readUses } from '../values/uses.js';
import { formatNatPorts, readNatPorts, refuseBase } from './nat-range.js';

export const redirect: JumpExtension<'redirect'> = {
  kind: 'redirect',
  target: 'REDIRECT',
  families: [4, 6],
  options: [
    { name: 'to-ports', arity: 1 },
    { name: 'random', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const use = given.find(({ name }) => name === 'to-ports');
    const written = use === undefined ? undefined : readNatPorts(firstValue(use), context, 'REDIRECT');
    if (use !== undefined && written === undefined) return undefined;
    if (use !== undefined && written?.basePort !== undefined) {
      refuseBase(firstValue(use), context, 'REDIRECT');
      return undefined;
    }
    return { kind: 'redirect', source: context.source, ...optional('ports', written?.ports), ...optional('random', uses.flag('random')) };
  },
  print: (jump) =>
    printValue('to-ports', jump.ports === undefined ? undefined : formatNatPorts(jump.ports)) + printFlag('random', jump.random),
  needs: () => ({ tables: ['nat'], hooks: ['PREROUTING', 'OUTPUT'], reason: 'changes the destination, which nat does in PREROUTING and OUTPUT' }),
};
