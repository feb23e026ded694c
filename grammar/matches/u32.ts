import type { Range, U32Step, U32Test } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { hex } from '../values/mask.js';
import { scanUnsigned, u32 as numberLimit } from '../values/number.js';
import { part, placeOf } from '../values/reporter.js';
import { readUses } from '../values/uses.js';

/** Numbers in a location, values in a test, tests in an expression. */
const limit = 10;

const operators: readonly (readonly [text: string, operator: U32Step['operator']])[] = [['&', 'and'], ['<<', 'left'], ['>>', 'right'], ['@', 'at']];

/** What was read, or where it cannot be read and why. */
type Reading = { readonly tests: readonly U32Test[] } | { readonly at: number; readonly problem: string };

/** Reads the expression as iptables does, blanks between its words allowed. */
function readExpression(text: string): Reading {
  let at = 0;
  let problem: string | undefined;
  const fail = (why: string): undefined => {
    problem ??= why;
    return undefined;
  };
  const rest = (): string => {
    while (/\s/.test(text.charAt(at))) at += 1;
    return text.slice(at);
  };
  const take = (sign: string): boolean => {
    if (!rest().startsWith(sign)) return false;
    at += sign.length;
    return true;
  };
  const number = (): number | undefined => {
    rest();
    const scanned = scanUnsigned(text, at);
    if (scanned === undefined || scanned.value > BigInt(numberLimit)) return fail('has no number of 32 bits here');
    at = scanned.end;
    return Number(scanned.value);
  };
  const step = (): U32Step | undefined => {
    const found = operators.find(([sign]) => take(sign));
    if (found === undefined) return fail(rest() === '' ? 'ends before the = and a value' : 'has no operator (& << >> @ =) here');
    const operand = number();
    return operand === undefined ? undefined : { operator: found[1], number: operand };
  };
  const range = (): Range | undefined => {
    const min = number();
    const max = min !== undefined && take(':') ? number() : min;
    return min === undefined || max === undefined ? undefined : { min, max };
  };
  const test = (): U32Test | undefined => {
    const offset = number();
    const steps: U32Step[] = [];
    while (offset !== undefined && !take('=')) {
      const one = steps.length === limit - 1 ? fail(`has more than ${limit - 1} operators in a location`) : step();
      if (one === undefined) return undefined;
      steps.push(one);
    }
    const values: Range[] = [];
    do {
      const one = values.length === limit ? fail(`has more than ${limit} values`) : offset === undefined ? undefined : range();
      if (one === undefined) return undefined;
      values.push(one);
    } while (take(','));
    if (rest() !== '' && !rest().startsWith('&&')) return fail('has neither , nor && here');
    return offset === undefined ? undefined : { offset, steps, values };
  };
  const tests: U32Test[] = [];
  do {
    const one = tests.length === limit ? fail(`has more than ${limit} tests`) : test();
    if (one === undefined) return { at, problem: problem ?? 'cannot be read' };
    tests.push(one);
  } while (take('&&'));
  return { tests };
}

function readTests(word: Word, context: DecodeContext): readonly U32Test[] | undefined {
  const read = readExpression(word.text);
  if ('problem' in read) {
    const rest = part(word, Math.min(read.at, word.text.length));
    context.report('bad-value', { option: 'u32', text: word.text, problem: read.problem }, placeOf(rest.text === '' ? word : rest, context));
    return undefined;
  }
  const shift = read.tests.flatMap(({ steps }) => steps).find(({ operator, number }) => (operator === 'left' || operator === 'right') && number >= 32);
  if (shift === undefined) return read.tests;
  context.report('kernel-refuses', { extension: 'u32', reason: `a shift by ${shift.number} bits is more than 31` }, placeOf(word, context));
  return undefined;
}

const signs = { and: '&', left: '<<', right: '>>', at: '@' } as const;

const formatTest = ({ offset, steps, values }: U32Test): string =>
  `${hex(offset)}${steps.map(({ operator, number }) => signs[operator] + hex(number)).join('')}=` +
  values.map(({ min, max }) => (min === max ? hex(min) : `${hex(min)}:${hex(max)}`)).join(',');

export const u32: MatchExtension<'u32'> = {
  kind: 'u32',
  modules: ['u32'],
  families: [4, 6],
  options: [{ name: 'u32', arity: 1, negatable: true, mandatory: true }],
  decode(given, context) {
    const tests = readUses(given).test('u32', (word) => readTests(word, context));
    return tests === undefined ? undefined : { kind: 'u32', source: context.source, tests };
  },
  print: ({ tests }) => `${tests.negated ? ' !' : ''} --u32 "${tests.value.map(formatTest).join('&&')}"`,
};
