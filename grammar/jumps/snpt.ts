import type { JumpExtension } from '../extension.js';
import { prefixOptions, printPrefixes, readPrefixes } from './prefix-translation.js';

export const snpt: JumpExtension<'snpt'> = {
  kind: 'snpt',
  target: 'SNPT',
  families: [6],
  options: prefixOptions,
  decode(given, context) {
    const prefixes = readPrefixes(given, context, 'SNPT');
    return prefixes === undefined ? undefined : { kind: 'snpt', source: context.source, ...prefixes };
  },
  print: printPrefixes,
  needs: () => ({ tables: ['mangle'], hooks: ['INPUT', 'POSTROUTING'], reason: 'changes sources without state, in mangle INPUT and POSTROUTING' }),
};
