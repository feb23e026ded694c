import type { UlogJump } from '../../src/ir/index.js';
import type { JumpExtension } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { quote } from '../values/quote.js';
import { readPrefix } from '../values/text.js';
import { optional, printValue, readUses } from '../values/uses.js';

const prefixLimit = 31;
const groupLimit = 32;
const defaultGroup = 1;
const thresholdLimit = 50;

/** From the documentation and the sources: kernels have no ULOG since 3.17. */
export const ulog: JumpExtension<'ulog'> = {
  kind: 'ulog',
  target: 'ULOG',
  families: [4],
  unjudged: true,
  options: [
    { name: 'ulog-nlgroup', arity: 1 },
    { name: 'ulog-prefix', arity: 1 },
    { name: 'ulog-cprange', arity: 1 },
    { name: 'ulog-qthreshold', arity: 1 },
  ],
  decode(given, context): UlogJump | undefined {
    const uses = readUses(given);
    const group = uses.value('ulog-nlgroup', (word) => readNumber(word, context, groupLimit, 1)) ?? defaultGroup;
    const prefix = uses.value('ulog-prefix', (word) => readPrefix(word, context, 'ulog-prefix', prefixLimit));
    const range = uses.value('ulog-cprange', (word) => readNumber(word, context, u32));
    const threshold = uses.value('ulog-qthreshold', (word) => readNumber(word, context, thresholdLimit, 1));
    if (uses.failed) return undefined;
    return {
      kind: 'ulog',
      source: context.source,
      ...optional('prefix', prefix),
      group,
      ...optional('range', range === 0 ? undefined : range),
      ...optional('threshold', threshold === 1 ? undefined : threshold),
    };
  },
  print: ({ prefix, group, range, threshold }) =>
    printValue('ulog-prefix', prefix === undefined ? undefined : quote(prefix)) +
    printValue('ulog-nlgroup', group === defaultGroup ? undefined : group) +
    printValue('ulog-cprange', range) +
    printValue('ulog-qthreshold', threshold),
};
