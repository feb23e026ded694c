import type { JumpExtension } from '../extension.js';
import { prefixOptions, printPrefixes, readPrefixes } from './prefix-translation.js';

export const dnpt: JumpExtension<'dnpt'> = {
  kind: 'dnpt',
  target: 'DNPT',
  families: [6],
  options: prefixOptions,
  decode(given, context) {
    const prefixes = readPrefixes(given, context, 'DNPT');
    return prefixes === undefined ? undefined : { kind: 'dnpt', source: context.source, ...prefixes };
  },
  print: printPrefixes,
  needs: () => ({ tables: ['mangle'], hooks: ['PREROUTING', 'OUTPUT'], reason: 'changes destinations without state, in mangle PREROUTING and OUTPUT' }),
};
