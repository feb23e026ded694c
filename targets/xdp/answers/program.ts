import type { BpfInstruction } from '../../../src/ir/index.js';
import { answer, hex } from './text.js';

/** A classic BPF program, instruction by instruction. Its jumps go forward, so that it ends. */
export function programText(name: string, instructions: readonly BpfInstruction[], forwarded: boolean): readonly string[] {
  const targets = new Set<number>();
  const body = instructions.flatMap((instruction, at) => {
    const lines = statement(instruction, at, forwarded, (to) => {
      targets.add(to);
      return `goto at_${to};`;
    });
    return [{ at, lines }];
  });
  const cells = [...new Set(instructions.flatMap(({ code, operand }) => ([2, 3].includes(code & 7) || ((code & 7) < 2 && (code & 0xe0) === 0x60) ? [operand] : [])))].sort((a, b) => a - b);
  return answer(name, [
    'u64 value = 0;', `u32 a = 0, x = 0${cells.map((cell) => `, m${cell} = 0`).join('')};`, '', 'if (!p)', '\treturn 0;', '(void)value;', '(void)a;', '(void)x;', ...cells.map((cell) => `(void)m${cell};`),
    ...body.flatMap(({ at, lines }) => [...(targets.has(at) ? [`at_${at}:`] : []), ...lines]),
    ...(targets.has(instructions.length) ? [`at_${instructions.length}:`] : []), 'return 0;',
  ]);
}

const sizes: readonly number[] = [4, 2, 1];

function statement({ code, operand, jumpTrue, jumpFalse }: BpfInstruction, at: number, forwarded: boolean, goto: (to: number) => string): readonly string[] {
  const [group, mode] = [code & 7, code & 0xf0];
  const other = (code & 8) === 0 ? hex(operand) : 'x';
  const packet = (offset: string, size: number): readonly string[] => [`value = program_load(context, p, ${offset}, ${size}, ${forwarded ? 1 : 0});`, 'if (value >> 32)', '\treturn 0;'];
  switch (group) {
    case 0:
    case 1: {
      const register = group === 0 ? 'a' : 'x';
      switch (code & 0xe0) {
        case 0x00:
          return [`${register} = ${hex(operand)};`];
        case 0x20:
          return [...packet(hex(operand), sizes[(code >> 3) & 3] ?? 4), `${register} = value;`];
        case 0x40:
          return [...packet(`x + ${hex(operand)}`, sizes[(code >> 3) & 3] ?? 4), `${register} = value;`];
        case 0x60:
          return [`${register} = m${operand};`];
        case 0x80:
          return [`${register} = p->limit - 14;`];
        default:
          return [...packet(hex(operand), 1), 'x = (value & 15) * 4;'];
      }
    }
    case 2:
      return [`m${operand} = a;`];
    case 3:
      return [`m${operand} = x;`];
    case 4:
      return calculation(mode, other);
    case 5: {
      if (mode === 0) return [goto(at + 1 + operand)];
      const condition = mode === 0x10 ? `a == ${other}` : mode === 0x20 ? `a > ${other}` : mode === 0x30 ? `a >= ${other}` : `a & ${other}`;
      if (jumpTrue === jumpFalse) return jumpTrue === 0 ? [] : [goto(at + 1 + jumpTrue)];
      if (jumpTrue === 0) return [`if (!(${condition}))`, `\t${goto(at + 1 + jumpFalse)}`];
      return [`if (${condition})`, `\t${goto(at + 1 + jumpTrue)}`, ...(jumpFalse === 0 ? [] : [goto(at + 1 + jumpFalse)])];
    }
    case 6:
      return [(code & 0x18) === 0x10 ? 'return a != 0;' : `return ${operand === 0 ? 0 : 1};`];
    default:
      return [(code & 0x80) === 0 ? 'x = a;' : 'a = x;'];
  }
}

function calculation(mode: number, other: string): readonly string[] {
  switch (mode) {
    case 0x30:
      return [`if (!${other})`, '\treturn 0;', `a /= ${other};`];
    case 0x90:
      return [`if (!${other})`, '\treturn 0;', `a %= ${other};`];
    case 0x60:
      return [`a <<= ${other} & 31;`];
    case 0x70:
      return [`a >>= ${other} & 31;`];
    case 0x80:
      return ['a = 0 - a;'];
    default:
      return [`a ${{ 0x00: '+', 0x10: '-', 0x20: '*', 0x40: '|', 0x50: '&' }[mode] ?? '^'}= ${other};`];
  }
}
