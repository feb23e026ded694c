import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { parseUnsigned, u8 } from '../values/number.js';
import { parts, placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

const names: ReadonlyMap<string, number> = new Map([
  ['wscale', 3], ['mss', 2], ['sack-permitted', 4], ['sack', 5], ['timestamp', 8], ['md5', 19],
]);

function readOptions(word: Word, context: DecodeContext): readonly number[] | undefined {
  const found = new Set<number>();
  for (const one of parts(word, ',')) {
    const option = names.get(one.text) ?? parseUnsigned(one.text, u8, 2);
    const problem = option === undefined ? `is neither 2 to 255 nor one of ${[...names.keys()].join(', ')}` : found.has(option) ? 'is given twice' : undefined;
    if (option === undefined || problem !== undefined) {
      context.report('bad-value', { option: 'strip-options', text: one.text, problem: problem ?? '' }, placeOf(one, context));
      return undefined;
    }
    found.add(option);
  }
  return [...found].sort((left, right) => left - right);
}

/** Without an option it strips nothing, which the kernel accepts. */
export const tcpoptstrip: JumpExtension<'tcpoptstrip'> = {
  kind: 'tcpoptstrip',
  target: 'TCPOPTSTRIP',
  families: [4, 6],
  options: [{ name: 'strip-options', arity: 1 }],
  decode(given, context) {
    const uses = readUses(given);
    const options = uses.value('strip-options', (word) => readOptions(word, context)) ?? [];
    return uses.failed ? undefined : { kind: 'tcpoptstrip', source: context.source, options };
  },
  print: ({ options }) => printValue('strip-options', options.length === 0 ? undefined : options.join(',')),
  needs: () => ({ tables: ['mangle'], protocols: [6], reason: 'is valid in the mangle table only, under -p tcp' }),
};
