import type { Masked } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse } from '../extension.js';
import { readNumber, u8 } from '../values/number.js';
import { formatTos, readTos } from '../values/tos.js';
import { firstValue, printValue } from '../values/uses.js';

const operations = ['set-tos', 'and-tos', 'or-tos', 'xor-tos'] as const;

/** All are stored as `(old & ~mask) ^ value`. */
function readOperation(use: OptionUse, context: DecodeContext): Masked | undefined {
  const word = firstValue(use);
  if (use.name === 'set-tos') return readTos(word, context);
  const value = readNumber(word, context, u8);
  if (value === undefined) return undefined;
  if (use.name === 'and-tos') return { value: 0, mask: ~value & u8 };
  return use.name === 'or-tos' ? { value, mask: value } : { value, mask: 0 };
}

export const tos: JumpExtension<'tos'> = {
  kind: 'tos',
  target: 'TOS',
  families: [4, 6],
  options: operations.map((name) => ({ name, arity: 1, excludes: operations.filter((other) => other !== name) })),
  decode(given, context) {
    const [use] = given;
    if (use === undefined) {
      context.report('option-needed', { extension: 'TOS', options: '--set-tos, --and-tos, --or-tos or --xor-tos' });
      return undefined;
    }
    const masked = readOperation(use, context);
    return masked === undefined ? undefined : { kind: 'tos', source: context.source, tos: masked };
  },
  print: (jump) => printValue('set-tos', formatTos(jump.tos)),
  needs: () => ({ tables: ['mangle'], reason: 'is valid in the mangle table only' }),
};
