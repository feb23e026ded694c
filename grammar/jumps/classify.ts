import type { ClassifyJump } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, Word } from '../extension.js';
import { placeOf } from '../values/reporter.js';
import { printValue, readUses } from '../values/uses.js';

/** Two hex numbers as sscanf reads them; each keeps its low 16 bits, and what follows the second is not looked at. */
function readClass(word: Word, context: DecodeContext): Pick<ClassifyJump, 'major' | 'minor'> | undefined {
  const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]*|[0-9a-fA-F]+):\s*([+-]?)(0[xX][0-9a-fA-F]*|[0-9a-fA-F]+)/.exec(word.text);
  if (found === null) {
    context.report('bad-value', { option: 'set-class', text: word.text, problem: 'is not MAJOR:MINOR in hex' }, placeOf(word, context));
    return undefined;
  }
  const [whole, majorSign, majorDigits, minorSign, minorDigits] = found;
  const [major, minor] = [signed(majorSign, majorDigits), signed(minorSign, minorDigits)];
  if (whole.length < word.text.length || BigInt.asUintN(16, major) !== major || BigInt.asUintN(16, minor) !== minor) {
    context.report('value-ignored', { option: `--set-class ${word.text}`, reason: 'iptables keeps 16 bits of each number and nothing behind the second' });
  }
  return { major: Number(BigInt.asUintN(16, major)), minor: Number(BigInt.asUintN(16, minor)) };
}

function signed(sign: string | undefined, digits = ''): bigint {
  const value = BigInt(`0x0${digits.replace(/^0[xX]/, '')}`);
  return sign === '-' ? -value : value;
}

const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

export const classify: JumpExtension<'classify'> = {
  kind: 'classify',
  target: 'CLASSIFY',
  families: [4, 6],
  options: [{ name: 'set-class', arity: 1, mandatory: true }],
  decode(given, context) {
    const value = readUses(given).value('set-class', (word) => readClass(word, context));
    return value === undefined ? undefined : { kind: 'classify', source: context.source, ...value };
  },
  print: ({ major, minor }) => printValue('set-class', `${hex4(major)}:${hex4(minor)}`),
  needs: () => ({ notHooks: ['PREROUTING', 'INPUT'], reason: 'chooses a class of the outgoing queue: FORWARD, OUTPUT and POSTROUTING' }),
};
