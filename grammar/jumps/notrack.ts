import type { JumpExtension } from '../extension.js';

export const notrack: JumpExtension<'notrack'> = {
  kind: 'notrack',
  target: 'NOTRACK',
  families: [4, 6],
  options: [],
  decode: (_given, context) => ({ kind: 'notrack', source: context.source }),
  print: () => '',
  needs: () => ({ tables: ['raw'], reason: 'is valid in the raw table only' }),
};
