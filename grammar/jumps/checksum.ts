import type { JumpExtension } from '../extension.js';

export const checksum: JumpExtension<'checksum'> = {
  kind: 'checksum',
  target: 'CHECKSUM',
  families: [4, 6],
  options: [{ name: 'checksum-fill', arity: 0, mandatory: true }],
  decode: (_given, context) => ({ kind: 'checksum', source: context.source }),
  print: () => ' --checksum-fill',
  needs: () => ({ tables: ['mangle'], reason: 'is valid in the mangle table only' }),
};
