import type { JumpExtension } from '../extension.js';
import { readKeyword } from '../values/keyword.js';
import { printValue, readUses } from '../values/uses.js';

export const audit: JumpExtension<'audit'> = {
  kind: 'audit',
  target: 'AUDIT',
  families: [4, 6],
  options: [{ name: 'type', arity: 1, mandatory: true }],
  decode(given, context) {
    const type = readUses(given).value('type', (word) => readKeyword(word, context, ['accept', 'drop', 'reject'] as const, 'caseless'));
    return type === undefined ? undefined : { kind: 'audit', source: context.source, type };
  },
  print: (jump) => printValue('type', jump.type),
};
