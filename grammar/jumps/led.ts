import { byteLength, type LedJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { scanUnsigned } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const triggerLimit = 16;
const delayLimit = 0x7fff_ffff;

function readTrigger(word: Word, context: DecodeContext): string | undefined {
  const length = byteLength(word.text);
  if (length >= 1 && length <= triggerLimit) return word.text;
  if (length === 0) context.report('bad-value', { option: 'led-trigger-id', text: '', problem: 'is no name' }, placeOf(word, context));
  else context.report('text-too-long', { option: 'led-trigger-id', max: triggerLimit, length }, placeOf(word, context));
  return undefined;
}

/** Milliseconds, or `inf`. */
function readDelay(word: Word, context: DecodeContext): number | 'inf' | undefined {
  if (/^inf/i.test(word.text)) return 'inf';
  const scanned = scanUnsigned(word.text);
  if (scanned !== undefined && scanned.end === word.text.length && scanned.value <= BigInt(delayLimit)) return Number(scanned.value);
  context.report('bad-value', { option: 'led-delay', text: word.text, problem: 'is neither inf nor a number of milliseconds' }, placeOf(word, context));
  return undefined;
}

/** From the documentation and the sources: the kernel of the tests has no LED. */
export const led: JumpExtension<'led'> = {
  kind: 'led',
  target: 'LED',
  families: [4, 6],
  unjudged: true,
  options: [
    { name: 'led-trigger-id', arity: 1, mandatory: true },
    { name: 'led-delay', arity: 1 },
    { name: 'led-always-blink', arity: 0 },
  ],
  decode(given, context): LedJump | undefined {
    const uses = readUses(given);
    const trigger = uses.value('led-trigger-id', (word) => readTrigger(word, context));
    const delay = uses.value('led-delay', (word) => readDelay(word, context));
    if (uses.failed || trigger === undefined) return undefined;
    return {
      kind: 'led',
      source: context.source,
      trigger,
      ...optional('delay', delay === 0 ? undefined : delay),
      ...optional('alwaysBlink', uses.flag('led-always-blink')),
    };
  },
  print: ({ trigger, delay, alwaysBlink }) =>
    ` --led-trigger-id "${trigger.replace(/["\\]/g, '\\$&')}"${printValue('led-delay', delay)}${printFlag('led-always-blink', alwaysBlink)}`,
};
