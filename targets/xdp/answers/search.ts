import type { ScanTest } from '../../../src/ir/index.js';
import { answer, inner, outer } from './text.js';

/** The header's bytes that forwarding changes come before this one. */
const changedUntil = 12;

const fold = (code: number): number => ((code >= 0x61 && code <= 0x7a) || (code >= 0xdf && code !== 0xf7) ? code - 0x20 : code);

/** The text at one place, at 64 places, anywhere. */
export function searchText(name: string, { text, from, to, fold: folded }: Extract<ScanTest, { readonly kind: 'search' }>, forwarded: boolean): readonly string[] {
  const wanted = [...text].map((char) => (folded ? fold(char.charCodeAt(0)) : char.charCodeAt(0)));
  const seen = (read: string): string => (folded ? `folded(${read})` : read);
  const compared = (read: (index: number) => string): readonly string[] => wanted.flatMap((code, index) => [`\tif (${seen(read(index))} != ${code})`, '\t\treturn 0;']);
  const here = [
    `GLOBAL int ${name}_here(struct xdp_md *context, volatile struct packet *p, u64 at)`, '{', '\tu8 *data = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end;', '\tu8 *text;', '',
    '\tif (!p || at > 50000)', '\t\treturn 0;',
    ...(forwarded ? [`\tif (at < ${changedUntil}) {`, ...compared((index) => `seen_byte(context, p, at + ${index}, 1)`).map((line) => `\t${line}`), '\t\treturn 1;', '\t}'] : []),
    '\ttext = data + 14 + at;', `\tif (text + ${wanted.length} > end)`, '\t\treturn 0;', ...compared((index) => `text[${index}]`), '\treturn 1;', '}', '',
  ];
  const some = [
    `GLOBAL int ${name}_from(struct xdp_md *context, volatile struct packet *p, u64 at, u64 last)`, '{', `\tfor (u32 i = 0; i < ${inner}; i++)`, `\t\tif (at + i <= last && ${name}_here(context, p, at + i))`, '\t\t\treturn 1;', '\treturn 0;', '}', '',
  ];
  return [...here, ...some, ...answer(name, [
    'u32 last;', '', 'if (!p)', '\treturn 0;', 'last = p->limit - 14;', ...(to < 0xffff ? [`if (last > ${to})`, `\tlast = ${to};`] : []), `if (last < ${from + wanted.length})`, '\treturn 0;', `last -= ${wanted.length};`,
    `for (u32 i = 0; i < ${outer}; i++) {`, `\tu32 at = ${from} + i * ${inner};`, '', '\tif (at > last)', '\t\tbreak;', `\tif (${name}_from(context, p, at, last))`, '\t\treturn 1;', '}', 'return 0;',
  ])];
}
