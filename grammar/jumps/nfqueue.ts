import type { Range } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { readNumber, readRange, u16 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

/** `a:b` with a below b, but not all 65536 queues: their number must fit 16 bits. */
function readBalance(word: Word, context: DecodeContext): Range | undefined {
  const range = readRange(word, context, u16);
  if (range === undefined) return undefined;
  const problem = range.single || range.min >= range.max ? 'is no range from a lower to a higher queue' : range.max - range.min === u16 ? 'holds too many queues' : undefined;
  if (problem === undefined) return { min: range.min, max: range.max };
  context.report('bad-value', { option: 'queue-balance', text: word.text, problem }, placeOf(word, context));
  return undefined;
}

export const nfqueue: JumpExtension<'nfqueue'> = {
  kind: 'nfqueue',
  target: 'NFQUEUE',
  families: [4, 6],
  options: [
    { name: 'queue-num', arity: 1, excludes: ['queue-balance'] },
    { name: 'queue-balance', arity: 1, excludes: ['queue-num'] },
    { name: 'queue-bypass', arity: 0 },
    { name: 'queue-cpu-fanout', arity: 0 },
  ],
  decode(given, context) {
    const uses = readUses(given);
    const number = uses.value('queue-num', (word) => readNumber(word, context, u16)) ?? 0;
    const balance = uses.value('queue-balance', (word) => readBalance(word, context));
    if (uses.failed) return undefined;
    if (uses.has('queue-cpu-fanout') && balance === undefined) {
      context.report('option-needs-option', { option: 'queue-cpu-fanout', other: '--queue-balance' });
      return undefined;
    }
    return {
      kind: 'nfqueue',
      source: context.source,
      queue: balance ?? { min: number, max: number },
      ...optional('bypass', uses.flag('queue-bypass')),
      ...optional('cpuFanout', uses.flag('queue-cpu-fanout')),
    };
  },
  print: ({ queue: { min, max }, bypass, cpuFanout }) =>
    (min === max ? printValue('queue-num', min) : printValue('queue-balance', `${min}:${max}`)) +
    printFlag('queue-bypass', bypass) +
    printFlag('queue-cpu-fanout', cpuFanout),
};
