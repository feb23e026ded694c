import type { BpfInstruction } from '../../ir/index.js';
import type { LowerMatch } from '../context.js';
import { isFromNetworkHeader, loadOffsets } from '../load-offsets.js';
import { spelledProgram } from '../spelled-program.js';
import { refuse, runs, test } from '../steps.js';

const loadsFromPacket: ReadonlySet<number> = new Set([0x20, 0x28, 0x30, 0xb1]);

const asksTheMachine = ({ code, operand }: BpfInstruction): boolean =>
  loadsFromPacket.has(code) && operand >= loadOffsets.link && !isFromNetworkHeader(operand);

/** Classic programs are carried; a pinned one is known to its machine alone. */
export const bpf: LowerMatch<'bpf'> = ({ program, source }, { family }) => {
  if (program.kind === 'pinned') return [refuse('bpf --object-pinned', 'a pinned program is known to its machine alone', source, 'attach the program itself with tc or XDP')];
  if (program.instructions.some(asksTheMachine)) {
    return [refuse('bpf', 'the program asks for what no packet holds: its device, its mark, the hour', source, 'say the tests of the program by hand, such as `iifname`, `meta mark` or `@th,0,16`')];
  }
  return [test(runs(program.instructions, spelledProgram(program.instructions, family)), source)];
};
