import fc from 'fast-check';
import type { BpfInstruction } from '../../../src/ir/index.js';
import { number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { MatchGenerator } from './node.js';

const u32 = 0xffff_ffff;
const plain = (code: number, operand: number): BpfInstruction => ({ code, jumpTrue: 0, jumpFalse: 0, operand });
const load = fc.tuple(fc.constantFrom(0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x00, 0x80, 0xb1), number(64)).map(([code, operand]) => plain(code, operand));
const compute = fc.tuple(fc.constantFrom(0x04, 0x14, 0x24, 0x44, 0x54, 0xa4, 0x0c, 0x07, 0x87, 0x84), number(u32)).map(([code, operand]) => plain(code, operand));
const shift = fc.tuple(fc.constantFrom(0x64, 0x74), number(31)).map(([code, operand]) => plain(code, operand));
/** To the next instruction or the one behind it, of which there are always two. */
const jump = fc
  .record({ code: fc.constantFrom(0x15, 0x25, 0x35, 0x45, 0x1d), jumpTrue: number(1), jumpFalse: number(1), operand: number(u32) });
const ends = fc.tuple(number(u32), number(u32)).map(([first, second]) => [plain(0x06, first), plain(0x06, second)]);

/** Programs that the kernel passes; a pinned one would have to be there. */
export const bpf: MatchGenerator<'bpf'> = {
  families: [4, 6],
  draw: () =>
    fc.record({
      kind: fc.constant('bpf' as const),
      source: fc.constant(nowhere),
      program: fc.record({
        kind: fc.constant('bytecode' as const),
        instructions: fc.tuple(fc.array(fc.oneof(load, compute, shift, jump), { maxLength: 10 }), ends).map(([body, end]) => [...body, ...end]),
      }),
    }),
};
