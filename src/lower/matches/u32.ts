import type { BpfInstruction, U32Test } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { and, tested } from '../predicates.js';
import { spelledProgram } from '../spelled-program.js';
import { runs, test } from '../steps.js';

/** As a program; a load outside of the packet ends it with 0, as it fails the tests. */
export const u32: LowerMatch<'u32'> = ({ tests, source }, { family }) => [
  test(
    tested(tests, (all) => {
      const parts = all.map(located);
      const spelled = parts.map((part) => spelledProgram([...part, ret(1)], family));
      return runs([...parts.flat(), ret(1)], spelled.every((one) => one !== undefined) ? and(spelled) : undefined);
    }),
    source,
  ),
];

const op = (code: number, operand = 0, jumpTrue = 0, jumpFalse = 0): BpfInstruction => ({ code, jumpTrue, jumpFalse, operand });
const ret = (operand: number): BpfInstruction => op(0x06, operand);
const load = (offset: number): BpfInstruction => op(0x20, offset);
const loadBehindX = (offset: number): BpfInstruction => op(0x40, offset);
const setX = (operand: number): BpfInstruction => op(0x01, operand);
const addX = op(0x0c);
const toX = op(0x07);
const maskWith = (operand: number): BpfInstruction => op(0x54, operand);
const shift = (code: 0x64 | 0x74, operand: number): BpfInstruction => op(code, operand & 31);
const jump = (distance: number): BpfInstruction => op(0x05, distance);
const unlessAbove = (operand: number, skip: number): BpfInstruction => op(0x25, operand, 0, skip);
const ifAtLeast = (operand: number, skip: number): BpfInstruction => op(0x35, operand, 0, skip);

/** No packet is as long; sums of smaller numbers do not wrap. */
const beyond = 0xf_ffff;

/** Goes on behind its end where the test holds, else returns 0. X holds what `@` has added up. */
function located({ offset, steps, values }: U32Test): readonly BpfInstruction[] {
  if (offset > beyond) return [ret(0)];
  const code: BpfInstruction[] = [setX(0), load(offset)];
  for (const { operator, number } of steps) {
    switch (operator) {
      case 'and':
        code.push(maskWith(number));
        break;
      case 'left':
        code.push(shift(0x64, number));
        break;
      case 'right':
        code.push(shift(0x74, number));
        break;
      case 'at':
        if (number > beyond) return [...code, ret(0)];
        code.push(unlessAbove(beyond, 1), ret(0), addX, toX, loadBehindX(number));
        break;
    }
  }
  // Each range: skip to the next unless the value is in it, else over those that follow and the last return.
  values.forEach(({ min, max }, index) => {
    const left = (values.length - 1 - index) * 3 + 1;
    code.push(ifAtLeast(min, 2), op(0x25, max, 1, 0), jump(left));
  });
  return [...code, ret(0)];
}
