import type { IdletimerJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { readNumber, u32 } from '../values/number.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readCutText } from '../values/text.js';
import { optional, printFlag, printValue, readUses } from '../values/uses.js';

const labelLimit = 27;

/** Seconds that the kernel of Linux 6.18 can count in milliseconds. */
const timeoutLimit = 2_147_482;

/** Files that stand already where each label becomes one. */
const taken: ReadonlySet<string> = new Set(['power', 'subsystem', 'uevent', '.', '..']);

function readLabel(word: Word, context: DecodeContext): string | undefined {
  const label = readCutText(word, context, 'label', labelLimit);
  if (label !== '' && !label.includes('/') && !taken.has(label)) return label;
  context.report('kernel-refuses', { extension: 'IDLETIMER', reason: `"${label}" cannot be a file name below /sys/class/xt_idletimer/timers` }, placeOf(word, context));
  return undefined;
}

function readTimeout(word: Word, context: DecodeContext): number | undefined {
  const timeout = readNumber(word, context, u32);
  if (timeout === undefined || (timeout >= 1 && timeout <= timeoutLimit)) return timeout;
  context.report('kernel-refuses', { extension: 'IDLETIMER', reason: `a timeout has 1 to ${timeoutLimit} seconds` }, placeOf(word, context));
  return undefined;
}

export const idletimer: JumpExtension<'idletimer'> = {
  kind: 'idletimer',
  target: 'IDLETIMER',
  families: [4, 6],
  options: [
    { name: 'timeout', arity: 1, mandatory: true },
    { name: 'label', arity: 1, mandatory: true },
    { name: 'alarm', arity: 0 },
  ],
  decode(given, context): IdletimerJump | undefined {
    const uses = readUses(given);
    const timeout = uses.value('timeout', (word) => readTimeout(word, context));
    const label = uses.value('label', (word) => readLabel(word, context));
    if (timeout === undefined || label === undefined) return undefined;
    return { kind: 'idletimer', source: context.source, timeout, label, ...optional('alarm', uses.flag('alarm')) };
  },
  print: (jump) => printValue('timeout', jump.timeout) + printValue('label', quoteIfNeeded(jump.label)) + printFlag('alarm', jump.alarm),
  lossy: ({ label }) => (quoteIfNeeded(label) === label ? undefined : `iptables-save does not quote the label "${label}"`),
};
