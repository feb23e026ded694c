import type { JumpExtension } from '../extension.js';
import { readNumber, u16, u32 } from '../values/number.js';
import { quote } from '../values/quote.js';
import { readPrefix } from '../values/text.js';
import { optional, printValue, readUses } from '../values/uses.js';

const prefixLimit = 63;

/** Zero is what the kernel assumes when the option is missing, but for --nflog-size. */
const unlessZero = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);

export const nflog: JumpExtension<'nflog'> = {
  kind: 'nflog',
  target: 'NFLOG',
  families: [4, 6],
  options: [
    { name: 'nflog-group', arity: 1 },
    { name: 'nflog-prefix', arity: 1 },
    { name: 'nflog-range', arity: 1, excludes: ['nflog-size'] },
    { name: 'nflog-size', arity: 1, excludes: ['nflog-range'] },
    { name: 'nflog-threshold', arity: 1 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const group = uses.value('nflog-group', (word) => readNumber(word, context, u16)) ?? 0;
    const prefix = uses.value('nflog-prefix', (word) => readPrefix(word, context, 'nflog-prefix', prefixLimit));
    const range = uses.value('nflog-range', (word) => readNumber(word, context, u32));
    const size = uses.value('nflog-size', (word) => readNumber(word, context, u32));
    const threshold = uses.value('nflog-threshold', (word) => readNumber(word, context, u16));
    if (uses.failed) return undefined;
    if (range !== undefined) context.report('value-ignored', { option: '--nflog-range', reason: 'it has never worked; write --nflog-size' });
    return {
      kind: 'nflog',
      source: context.source,
      ...optional('prefix', prefix),
      group,
      ...optional('size', size),
      ...optional('range', unlessZero(range)),
      ...optional('threshold', unlessZero(threshold)),
    };
  },
  print: (jump) =>
    printValue('nflog-prefix', jump.prefix === undefined ? undefined : quote(jump.prefix)) +
    printValue('nflog-group', unlessZero(jump.group)) +
    printValue('nflog-size', jump.size) +
    printValue('nflog-range', jump.range) +
    printValue('nflog-threshold', jump.threshold),
};
