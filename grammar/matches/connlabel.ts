import type { ConnlabelMatch } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { parseUnsigned, u16, u32 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { optional, printFlag, printTest, readUses } from '../values/uses.js';

const labelLimit = 127;

/** Names stand in a file of the machine that loads the rules, and are not known here. */
function readLabel(word: Word, context: DecodeContext): number | undefined {
  const written = parseUnsigned(word.text, u32);
  const label = written === undefined ? undefined : written & u16;
  if (label === undefined) {
    context.report('bad-value', { option: 'label', text: word.text, problem: `is no number from 0 to ${labelLimit}; names of connlabel.conf are not looked up` }, placeOf(word, context));
  } else if (label > labelLimit) {
    context.report('kernel-refuses', { extension: 'connlabel', reason: `a connection has labels 0 to ${labelLimit}` }, placeOf(word, context));
  } else {
    if (label !== written) context.report('value-ignored', { option: `--label ${word.text}`, reason: 'iptables keeps the low 16 bits' });
    return label;
  }
  return undefined;
}

export const connlabel: MatchExtension<'connlabel'> = {
  kind: 'connlabel',
  modules: ['connlabel'],
  families: [4, 6],
  options: [
    { name: 'label', arity: 1, negatable: true, mandatory: true },
    { name: 'set', arity: 0 },
  ],
  decode(given, context): ConnlabelMatch | undefined {
    const uses = readUses(given);
    const label = uses.test('label', (word) => readLabel(word, context));
    return label === undefined ? undefined : { kind: 'connlabel', source: context.source, label, ...optional('set', uses.flag('set')) };
  },
  print: ({ label, set }) => printTest('label', label, (value) => `"${value}"`) + printFlag('set', set),
};
