import type { JumpExtension } from '../extension.js';

export const trace: JumpExtension<'trace'> = {
  kind: 'trace',
  target: 'TRACE',
  families: [4, 6],
  options: [],
  decode: (_given, context) => ({ kind: 'trace', source: context.source }),
  print: () => '',
  needs: () => ({ tables: ['raw'], reason: 'begins a trace in the raw table only' }),
};
