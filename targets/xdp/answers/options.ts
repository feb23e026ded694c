import type { ScanTest } from '../../../src/ir/index.js';
import { answer } from './text.js';

/** Each option where the one before it ended; what lies beyond the frame reads as -1. */
export function optionsText(name: string, { header, options }: Extract<ScanTest, { readonly kind: 'options' }>): readonly string[] {
  const place = header === 'hop-by-hop' ? 'hop' : 'options';
  const steps = options.flatMap(({ type, length }, index) => [
    `if (at >= stop || byte_at(context, at) != ${type})`, '\treturn 0;',
    ...(type === 0 ? ['at += 1;'] : ['if (at + 2 > stop)', '\treturn 0;', 'length = byte_at(context, at + 1);', `if (length < 0${length === undefined ? '' : ` || length != ${length}`})`, '\treturn 0;', 'at += length + 2;']),
    ...(index < options.length - 1 ? ['if (at > stop)', '\treturn 0;'] : []),
  ]);
  return answer(name, ['u32 at, stop;', 'int length = 0;', '', `if (!p || !p->${place}_at)`, '\treturn 0;', `at = p->${place}_at;`, `stop = at + (p->${place}_length + 1) * 8;`, 'at += 2;', ...steps, '(void)length;', '(void)at;', 'return 1;']);
}

export const eui64Text = (name: string): readonly string[] =>
  answer(name, [
    'u64 mac;', '', 'if (!p)', '\treturn 0;', 'mac = p->ethernet_source;', 'return p->source_low == (((mac >> 24) ^ 0x20000) << 40 | 0xfffe000000ull | (mac & 0xffffff));',
  ]);
