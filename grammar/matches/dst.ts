import type { MatchExtension } from '../extension.js';
import { optionsHeaderSpecs, printOptionsHeader, readOptionsHeader } from './extension-options.js';

export const dst: MatchExtension<'dst'> = {
  kind: 'dst',
  modules: ['dst'],
  families: [6],
  options: optionsHeaderSpecs('dst'),
  decode(given, context) {
    const content = readOptionsHeader('dst', given, context);
    return content === undefined ? undefined : { kind: 'dst', source: context.source, ...content };
  },
  print: (match) => printOptionsHeader('dst', match),
};
