import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { quote } from '../values/quote.js';
import { placeOf } from '../values/reporter.js';
import { readCutText } from '../values/text.js';
import { printValue, readUses } from '../values/uses.js';

const nameLimit = 31;

function readName(word: Word, context: DecodeContext): string | undefined {
  const problem = word.text === '' ? 'is no name' : word.text.includes('\n') ? 'holds a newline' : undefined;
  if (problem === undefined) return readCutText(word, context, 'nfacct-name', nameLimit);
  context.report('bad-value', { option: 'nfacct-name', text: word.text, problem }, placeOf(word, context));
  return undefined;
}

/** Whether the object exists is not asked here, as with sets. */
export const nfacct: MatchExtension<'nfacct'> = {
  kind: 'nfacct',
  modules: ['nfacct'],
  families: [4, 6],
  options: [{ name: 'nfacct-name', arity: 1, mandatory: true }],
  decode(given, context) {
    const name = readUses(given).value('nfacct-name', (word) => readName(word, context));
    return name === undefined ? undefined : { kind: 'nfacct', source: context.source, name };
  },
  /** iptables-save 1.8.9 writes two blanks. */
  print: ({ name }) => printValue('nfacct-name', ` ${quote(name)}`),
};
