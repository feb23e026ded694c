import type { JumpExtension } from '../extension.js';

export const queue: JumpExtension<'queue'> = {
  kind: 'queue',
  target: 'QUEUE',
  families: [4, 6],
  options: [],
  decode: (_given, context) => ({ kind: 'queue', source: context.source }),
  print: () => '',
};
