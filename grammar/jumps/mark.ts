import type { JumpExtension } from '../extension.js';
import { printValue } from '../values/uses.js';
import { formatXmark, isXmark, readXmark, xmarkOptions } from './xmark.js';

export const mark: JumpExtension<'mark'> = {
  kind: 'mark',
  target: 'MARK',
  families: [4, 6],
  options: xmarkOptions([]),
  decode(given, context) {
    const use = given.find(isXmark);
    if (use === undefined) {
      context.report('option-needed', { extension: 'MARK', options: '--set-xmark, --set-mark, --and-mark, --or-mark or --xor-mark' });
      return undefined;
    }
    const xmark = readXmark(use, context);
    return xmark === undefined ? undefined : { kind: 'mark', source: context.source, xmark };
  },
  print: (jump) => printValue('set-xmark', formatXmark(jump.xmark)),
};
