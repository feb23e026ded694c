import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { parseUnsigned } from '../values/number.js';
import { quote } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readPrefix } from '../values/text.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const prefixLimit = 29;
const defaultLevel = 4;

const levels: ReadonlyMap<string, number> = new Map([
  ['emerg', 0], ['panic', 0], ['alert', 1], ['crit', 2], ['error', 3], ['warning', 4], ['notice', 5], ['info', 6], ['debug', 7],
]);

function readLevel(word: Word, context: DecodeContext): number | undefined {
  const level = parseUnsigned(word.text, 7) ?? levels.get(word.text);
  if (level === undefined) context.report('bad-keyword', { text: word.text, expected: `0 to 7, ${[...levels.keys()].join(', ')}` }, placeOf(word, context));
  return level;
}

export const log: JumpExtension<'log'> = {
  kind: 'log',
  target: 'LOG',
  families: [4, 6],
  options: [
    { name: 'log-level', arity: 1 },
    { name: 'log-prefix', arity: 1 },
    ...['log-tcp-sequence', 'log-tcp-options', 'log-ip-options', 'log-uid', 'log-macdecode'].map((name) => ({ name, arity: 0 }) as const),
  ],
  decode(given, context) {
    const uses = readUses(given);
    const prefix = uses.value('log-prefix', (word) => readPrefix(word, context, 'log-prefix', prefixLimit));
    const level = uses.value('log-level', (word) => readLevel(word, context)) ?? defaultLevel;
    if (uses.failed) return undefined;
    return {
      kind: 'log',
      source: context.source,
      ...optional('prefix', prefix),
      level,
      ...optional('tcpSequence', uses.flag('log-tcp-sequence')),
      ...optional('tcpOptions', uses.flag('log-tcp-options')),
      ...optional('ipOptions', uses.flag('log-ip-options')),
      ...optional('uid', uses.flag('log-uid')),
      ...optional('macdecode', uses.flag('log-macdecode')),
    };
  },
  print: (jump) =>
    printValue('log-prefix', jump.prefix === undefined ? undefined : quote(jump.prefix)) +
    printValue('log-level', jump.level === defaultLevel ? undefined : jump.level) +
    printFlag('log-tcp-sequence', jump.tcpSequence) +
    printFlag('log-tcp-options', jump.tcpOptions) +
    printFlag('log-ip-options', jump.ipOptions) +
    printFlag('log-uid', jump.uid) +
    printFlag('log-macdecode', jump.macdecode),
};
