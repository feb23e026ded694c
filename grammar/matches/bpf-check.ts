import type { BpfInstruction } from '../../src/ir/index.js';

/** Instructions of classic BPF that the kernel takes from outside, by their whole code. */
const codes: ReadonlySet<number> = new Set([
  // add, sub, mul, div, or, and, lsh, rsh, neg, mod, xor with a constant and with X
  ...[0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0].flatMap((operation) => [0x04 | operation, 0x0c | operation]), 0x84,
  // ld and ldx
  0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x00, 0x80, 0x60, 0x01, 0x81, 0x61, 0xb1,
  // st, stx, ret, tax, txa
  0x02, 0x03, 0x06, 0x16, 0x07, 0x87,
  // ja, jeq, jgt, jge, jset
  0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
]);

const memoryWords = 16;

/** From here on a load asks for metadata; the kernel knows one kind for every fourth offset up to the last. */
const metadata = 0xffff_f000;
const lastMetadata = metadata + 60;
const asksUnknown = ({ code, operand }: BpfInstruction): boolean =>
  (code === 0x20 || code === 0x28 || code === 0x30) && operand >= metadata && (operand > lastMetadata || operand % 4 !== 0);

const classOf = (code: number): number => code & 7;
const isJump = (code: number): boolean => classOf(code) === 5;
const isStore = (code: number): boolean => code === 0x02 || code === 0x03;
const isMemoryLoad = (code: number): boolean => code === 0x60 || code === 0x61;

/** What the kernel's check of a classic program finds wrong (`bpf_check_classic`), or undefined. */
export function programFault(program: readonly BpfInstruction[]): string | undefined {
  for (const [at, instruction] of program.entries()) {
    const { code, jumpTrue, jumpFalse, operand } = instruction;
    if (!codes.has(code)) return `instruction ${at} has the unknown code ${code}`;
    if (asksUnknown(instruction)) return `instruction ${at} asks for metadata that the kernel does not know`;
    if ((code === 0x34 || code === 0x94) && operand === 0) return `instruction ${at} divides by 0`;
    if ((code === 0x64 || code === 0x74) && operand >= 32) return `instruction ${at} shifts by ${operand} bits`;
    if ((isStore(code) || isMemoryLoad(code)) && operand >= memoryWords) return `instruction ${at} wants memory beyond word ${memoryWords - 1}`;
    const furthest = !isJump(code) ? 0 : code === 0x05 ? operand : Math.max(jumpTrue, jumpFalse);
    if (at + 1 + furthest >= program.length && isJump(code)) return `instruction ${at} jumps behind the end`;
  }
  const last = program.at(-1);
  if (last === undefined || classOf(last.code) !== 6) return 'the program does not end with a return';
  return unwrittenLoad(program);
}

/** Memory must have been written on every way to where it is read. */
function unwrittenLoad(program: readonly BpfInstruction[]): string | undefined {
  const everything = 0xffff;
  const reaching = program.map(() => everything);
  const reach = (at: number, written: number): void => {
    reaching[at] = (reaching[at] ?? everything) & written;
  };
  let written = 0;
  for (const [at, { code, jumpTrue, jumpFalse, operand }] of program.entries()) {
    written &= reaching[at] ?? everything;
    if (isStore(code)) written |= 1 << operand;
    else if (isMemoryLoad(code)) {
      if ((written & (1 << operand)) === 0) return `instruction ${at} reads word ${operand} of the memory, which nothing has written`;
    } else if (isJump(code)) {
      if (code === 0x05) reach(at + 1 + operand, written);
      else {
        reach(at + 1 + jumpTrue, written);
        reach(at + 1 + jumpFalse, written);
      }
      written = everything;
    }
  }
  return undefined;
}
