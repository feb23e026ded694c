import type { BpfInstruction } from '../ir/index.js';

/** Offsets from here up to the second count from the network header, as plain ones do here. */
const network = { from: 0xfff0_0000, to: 0xffff_f000 } as const;

/** What a classic BPF program returns over the bytes; 0 at once where it loads from outside of them or divides by 0. */
export function runProgram(instructions: readonly BpfInstruction[], bytes: Uint8Array): number {
  const cells = new Map<number, number>();
  let [accumulator, index] = [0, 0];
  const packet = (offset: number, size: number): number | undefined => {
    const at = offset >= network.from && offset < network.to ? offset - network.from : offset;
    if (at + size > bytes.length) return undefined;
    return bytes.subarray(at, at + size).reduce((value, byte) => value * 256 + byte, 0);
  };
  for (let next = 0; ; ) {
    const instruction = instructions[next];
    if (instruction === undefined) return 0;
    next += 1;
    const { code, operand, jumpTrue, jumpFalse } = instruction;
    const [group, mode, source] = [code & 7, code & 0xf0, (code & 8) === 0 ? operand : index];
    if (group === 0 || group === 1) {
      const size = [4, 2, 1][(code >> 3) & 3] ?? 4;
      const length = group === 1 && (code & 0xe0) === 0xa0 ? packet(operand, 1) : undefined;
      const loaded: { readonly [mode: number]: () => number | undefined } = {
        0x00: () => operand, 0x20: () => packet(operand, size), 0x40: () => packet((index + operand) % 2 ** 32, size), 0x60: () => cells.get(operand) ?? 0, 0x80: () => bytes.length,
        0xa0: () => (length === undefined ? undefined : (length & 15) * 4),
      };
      const value = loaded[code & 0xe0]?.();
      if (value === undefined) return 0;
      if (group === 0) accumulator = value;
      else index = value;
    } else if (group === 2) cells.set(operand, accumulator);
    else if (group === 3) cells.set(operand, index);
    else if (group === 4) {
      if ((mode === 0x30 || mode === 0x90) && source === 0) return 0;
      accumulator = calculated(mode, accumulator, source);
    } else if (group === 5) next += mode === 0 ? operand : met(mode, accumulator, source) ? jumpTrue : jumpFalse;
    else if (group === 6) return (code & 0x18) === 0x10 ? accumulator : operand;
    else if ((code & 0x80) === 0) index = accumulator;
    else accumulator = index;
  }
}

function calculated(mode: number, left: number, right: number): number {
  const [a, b] = [BigInt(left), BigInt(right)];
  const results: { readonly [mode: number]: () => bigint } = {
    0x00: () => a + b, 0x10: () => a - b, 0x20: () => a * b, 0x30: () => a / b, 0x40: () => a | b, 0x50: () => a & b, 0x60: () => a << (b & 31n), 0x70: () => a >> (b & 31n), 0x80: () => -a, 0x90: () => a % b,
    0xa0: () => a ^ b,
  };
  return Number(BigInt.asUintN(32, results[mode]?.() ?? 0n));
}

function met(mode: number, left: number, right: number): boolean {
  if (mode === 0x10) return left === right;
  if (mode === 0x20) return left > right;
  return mode === 0x30 ? left >= right : (left & right) !== 0;
}
