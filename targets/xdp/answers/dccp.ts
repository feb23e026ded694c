import type { ScanTest } from '../../../src/ir/index.js';
import { answer, inner } from './text.js';

/** An option header ends 1,020 bytes behind its beginning at most. */
const rounds = 16;

/** Where options begin and end, then one option after another: `NOWHERE` where it is found. */
export function dccpText(name: string, { kind, option }: Extract<ScanTest, { readonly kind: 'dccp-options' | 'dccp-option' }>): readonly string[] {
  const bounds = [
    'u32 at, stop, type;', '', 'if (!p || p->transport < 12)', '\treturn 0;', 'at = p->at;', 'stop = at + (p->word1 >> 24) * 4;', 'type = p->word2 >> 25 & 15;',
    'at += 12 + (p->word2 >> 24 & 1) * 4 + (type == 0 ? 4 : type == 2 ? 0 : type == 1 || type == 7 || type > 9 ? 12 : 8);',
  ];
  if (kind === 'dccp-options') return answer(name, [...bounds, 'return stop >= at && (stop == at || stop <= p->limit);']);
  const walk = [
    `GLOBAL u32 ${name}_from(struct xdp_md *context, u32 at, u32 stop)`, '{', `\tfor (int i = 0; i < ${inner}; i++) {`, '\t\tint type, length = 1;', '', '\t\tif (at >= stop)', '\t\t\treturn at;', '\t\ttype = byte_at(context, at);',
    `\t\tif (type == ${option})`, '\t\t\treturn 0xffffffff;', '\t\tif (type > 1)', '\t\t\tlength = byte_at(context, at + 1);', '\t\tat += length > 0 ? length : 1;', '\t}', '\treturn at;', '}', '',
  ];
  return [...walk, ...answer(name, [...bounds, `for (int i = 0; i < ${rounds}; i++) {`, '\tif (at >= stop)', '\t\treturn 0;', `\tat = ${name}_from(context, at, stop);`, '\tif (at == 0xffffffff)', '\t\treturn 1;', '}', 'return 0;'])];
}
