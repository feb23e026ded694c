import type { MatchExtension } from '../extension.js';

export const eui64: MatchExtension<'eui64'> = {
  kind: 'eui64',
  modules: ['eui64'],
  families: [6],
  options: [],
  decode: (_given, context) => ({ kind: 'eui64', source: context.source }),
  print: () => '',
  needs: () => ({
    hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
    reason: 'reads the link-layer header, which only packets from outside have: PREROUTING, INPUT and FORWARD',
  }),
};
