import { byteLength } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { quoteIfNeeded } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

const contextLimit = 255;

function readContext(word: Word, context: DecodeContext): string | undefined {
  const length = byteLength(word.text);
  if (length <= contextLimit) return word.text;
  context.report('text-too-long', { option: 'selctx', max: contextLimit, length }, placeOf(word, context));
  return undefined;
}

/** From the documentation: no kernel of the tests runs a security module that knows contexts. */
export const secmark: JumpExtension<'secmark'> = {
  kind: 'secmark',
  target: 'SECMARK',
  families: [4, 6],
  unjudged: true,
  options: [{ name: 'selctx', arity: 1, mandatory: true }],
  decode(given, context) {
    const value = readUses(given).value('selctx', (word) => readContext(word, context));
    if (value === undefined) return undefined;
    return { kind: 'secmark', source: context.source, context: value };
  },
  print: (jump) => printValue('selctx', quoteIfNeeded(jump.context)),
  lossy: (jump) => (quoteIfNeeded(jump.context) === jump.context ? undefined : 'iptables-save does not quote this context'),
  needs: () => ({ tables: ['mangle', 'security'], reason: 'is valid in the mangle and security tables only' }),
};
