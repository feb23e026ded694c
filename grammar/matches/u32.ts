import type { Range, U32Step, U32Test } from '../../src/ir/index.js';
import type { DecodeContext, MatchExtension, Word } from '../extension.js';
import { hex } from '../values/mask.js';
import { scanUnsigned, u32 as numberLimit } from '../values/number.js';
import { part, placeOf } from '../values/reporter.js';
import { readUses } from '../values/uses.js';

/** Numbers in a location, values in a test, tests in an expression. */
const limit = 10;

const operators: readonly (readonly [text: string, operator: U32Step['operator']])[] = [['&', 'and'], ['<<', 'left'], ['>>', 'right'], ['@', 'at']];

/** Carries the place of a fault out of the reader. */
class Fault extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** Reads the expression as iptables does, blanks between its words allowed. */
class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  tests(): readonly U32Test[] {
    const tests: U32Test[] = [];
    do {
      if (tests.length === limit) this.fail(`has more than ${limit} tests`);
      tests.push(this.test());
    } while (this.take('&&'));
    return tests;
  }

  private test(): U32Test {
    const offset = this.number();
    const steps: U32Step[] = [];
    while (!this.take('=')) {
      const found = operators.find(([text]) => this.take(text));
      if (found === undefined) this.fail(this.rest() === '' ? 'ends before the = and a value' : 'has no operator (& << >> @ =) here');
      if (steps.length === limit - 1) this.fail(`has more than ${limit - 1} operators in a location`);
      steps.push({ operator: found[1], number: this.number() });
    }
    const values: Range[] = [];
    do {
      if (values.length === limit) this.fail(`has more than ${limit} values`);
      const min = this.number();
      values.push({ min, max: this.take(':') ? this.number() : min });
    } while (this.take(','));
    if (this.rest() !== '' && !this.rest().startsWith('&&')) this.fail('has neither , nor && here');
    return { offset, steps, values };
  }

  private rest(): string {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
    return this.text.slice(this.at);
  }

  private take(text: string): boolean {
    if (!this.rest().startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  private number(): number {
    this.rest();
    const scanned = scanUnsigned(this.text, this.at);
    if (scanned === undefined || scanned.value > BigInt(numberLimit)) this.fail(`has no number of 32 bits here`);
    this.at = scanned.end;
    return Number(scanned.value);
  }

  private fail(problem: string): never {
    throw new Fault(this.at, problem);
  }
}

function readTests(word: Word, context: DecodeContext): readonly U32Test[] | undefined {
  try {
    const tests = new Reader(word.text).tests();
    const shift = tests.flatMap(({ steps }) => steps).find(({ operator, number }) => (operator === 'left' || operator === 'right') && number >= 32);
    if (shift === undefined) return tests;
    context.report('kernel-refuses', { extension: 'u32', reason: `a shift by ${shift.number} bits is more than 31` }, placeOf(word, context));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const rest = part(word, Math.min(fault.at, word.text.length));
    context.report('bad-value', { option: 'u32', text: word.text, problem: fault.message }, placeOf(rest.text === '' ? word : rest, context));
  }
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
