import type { JumpExtension } from '../extension.js';
import { readUses } from '../values/uses.js';

export const connsecmark: JumpExtension<'connsecmark'> = {
  kind: 'connsecmark',
  target: 'CONNSECMARK',
  families: [4, 6],
  options: [
    { name: 'save', arity: 0, excludes: ['restore'] },
    { name: 'restore', arity: 0, excludes: ['save'] },
  ],
  decode(given, context) {
    const operation = readUses(given).has('save') ? 'save' : 'restore';
    if (given.length > 0) return { kind: 'connsecmark', source: context.source, operation };
    context.report('option-needed', { extension: 'CONNSECMARK', options: '--save or --restore' });
    return undefined;
  },
  print: (jump) => ` --${jump.operation}`,
  needs: () => ({ tables: ['mangle', 'security'], reason: 'is valid in the mangle and security tables only' }),
};
