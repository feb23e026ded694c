import type { BpfInstruction } from '../../src/ir/index.js';
import { read16, read32, read8 } from '../../src/stack/index.js';

/** Offsets from here on ask for metadata or for the link layer. */
const outside = 0xffe0_0000;
/** Offsets from here to the metadata count from the network header. */
const network = 0xfff0_0000;
const metadata = 0xffff_f000;

const isPacketLoad = (code: number): boolean => code === 0x20 || code === 0x28 || code === 0x30 || code === 0xb1;

/** Whether the program reads something that is no part of the packet: its device, its mark, the hour. */
export const needsMachine = (program: readonly BpfInstruction[]): boolean =>
  program.some(({ code, operand }) => isPacketLoad(code) && operand >= outside && (operand < network || operand >= metadata));

/**
 * Runs a program that the kernel's check has passed over a packet that begins with its IP header, and gives what it returns. A load
 * outside of the packet and a division by 0 return 0 at once.
 */
export function runClassic(program: readonly BpfInstruction[], bytes: Uint8Array): number {
  const memory = new Uint32Array(16);
  let a = 0;
  let x = 0;
  for (let at = 0; at < program.length; at++) {
    const instruction = program[at];
    if (instruction === undefined) return 0;
    const { code, jumpTrue, jumpFalse, operand } = instruction;
    const other = (code & 8) !== 0 ? x : operand;
    switch (code & 7) {
      case 0:
      case 1: {
        const value = load(instruction, bytes, x, memory);
        if (value === undefined) return 0;
        if ((code & 7) === 0) a = value;
        else x = value;
        break;
      }
      case 2:
        memory[operand] = a;
        break;
      case 3:
        memory[operand] = x;
        break;
      case 4: {
        const value = compute(code & 0xf0, a, other);
        if (value === undefined) return 0;
        a = value;
        break;
      }
      case 5:
        if ((code & 0xf0) === 0) at += operand;
        else at += holds(code & 0xf0, a, other) ? jumpTrue : jumpFalse;
        break;
      case 6:
        return (code & 0x18) === 0x10 ? a : operand;
      default:
        if ((code & 0xf8) === 0x80) a = x;
        else x = a;
    }
  }
  return 0;
}

function load({ code, operand }: BpfInstruction, bytes: Uint8Array, x: number, memory: Uint32Array): number | undefined {
  if (code === 0xb1) {
    const byte = packetLoad(bytes, operand, 1);
    return byte === undefined ? undefined : (byte & 15) * 4;
  }
  const size = (code & 0x18) === 0 ? 4 : (code & 0x18) === 8 ? 2 : 1;
  switch (code & 0xe0) {
    case 0x00:
      return operand;
    case 0x20:
      return packetLoad(bytes, operand, size);
    case 0x40:
      return packetLoad(bytes, (x + operand) >>> 0, size);
    case 0x60:
      return memory[operand];
    default:
      return bytes.length;
  }
}

function packetLoad(bytes: Uint8Array, offset: number, size: number): number | undefined {
  const at = offset >= network && offset < metadata ? offset - network : offset;
  if (at + size > bytes.length) return undefined;
  return size === 4 ? read32(bytes, at) : size === 2 ? read16(bytes, at) : read8(bytes, at);
}

function compute(operation: number, a: number, other: number): number | undefined {
  switch (operation) {
    case 0x00:
      return (a + other) >>> 0;
    case 0x10:
      return (a - other) >>> 0;
    case 0x20:
      return Math.imul(a, other) >>> 0;
    case 0x30:
      return other === 0 ? undefined : Math.floor(a / other);
    case 0x40:
      return (a | other) >>> 0;
    case 0x50:
      return (a & other) >>> 0;
    case 0x60:
      return (a << other) >>> 0;
    case 0x70:
      return a >>> other;
    case 0x80:
      return -a >>> 0;
    case 0x90:
      return other === 0 ? undefined : a % other;
    default:
      return (a ^ other) >>> 0;
  }
}

function holds(operation: number, a: number, other: number): boolean {
  switch (operation) {
    case 0x10:
      return a === other;
    case 0x20:
      return a > other;
    case 0x30:
      return a >= other;
    default:
      return (a & other) !== 0;
  }
}
