import type { MatchExtension } from '../extension.js';
import { optionsHeaderSpecs, printOptionsHeader, readOptionsHeader } from './extension-options.js';

export const hbh: MatchExtension<'hbh'> = {
  kind: 'hbh',
  modules: ['hbh'],
  families: [6],
  options: optionsHeaderSpecs('hbh'),
  decode(given, context) {
    const content = readOptionsHeader('hbh', given, context);
    return content === undefined ? undefined : { kind: 'hbh', source: context.source, ...content };
  },
  print: (match) => printOptionsHeader('hbh', match),
};
