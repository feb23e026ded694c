import type { ConnmarkJump, Shift } from '../../src/ir/index.js';
import type { DecodeContext, JumpExtension, OptionUse } from '../extension.js';
import { hex } from '../values/mask.js';
import { readNumber, u32 } from '../values/number.js';
import { placeOf } from '../values/reporter.js';
import { firstValue, optional, printValue } from '../values/uses.js';
import { formatXmark, isXmark, readXmark, xmarkOptions } from './xmark.js';

/** What the options leave in the kernel's structure, one after the other: a mask behind --set-xmark overwrites that of the value. */
interface Drawn {
  operation?: 'set' | 'save' | 'restore';
  value: number;
  connectionMask: number;
  packetMask: number;
  shift?: Shift;
}

function draw(use: OptionUse, drawn: Drawn, context: DecodeContext): boolean {
  if (isXmark(use)) {
    const xmark = readXmark(use, context);
    if (xmark === undefined) return false;
    Object.assign(drawn, { operation: 'set', value: xmark.value, connectionMask: xmark.mask });
    return true;
  }
  if (use.name === 'save-mark' || use.name === 'restore-mark') {
    drawn.operation = use.name === 'save-mark' ? 'save' : 'restore';
    return true;
  }
  const word = firstValue(use);
  const shifts = use.name.endsWith('shift-mark');
  const value = readNumber(word, context, shifts ? 32 : u32);
  if (value === undefined) return false;
  if (shifts) {
    if (value === 32) {
      context.report('kernel-refuses', { extension: 'CONNMARK', reason: 'a shift is at most 31 bits' }, placeOf(word, context));
      return false;
    }
    drawn.shift = { direction: use.name === 'left-shift-mark' ? 'left' : 'right', bits: value };
    return true;
  }
  if (use.name !== 'nfmask') drawn.connectionMask = value;
  if (use.name !== 'ctmask') drawn.packetMask = value;
  return true;
}

export const connmark: JumpExtension<'connmark'> = {
  kind: 'connmark',
  target: 'CONNMARK',
  families: [4, 6],
  options: [
    ...xmarkOptions(['save-mark', 'restore-mark']),
    { name: 'save-mark', arity: 0, excludes: ['restore-mark'] },
    { name: 'restore-mark', arity: 0, excludes: ['save-mark'] },
    { name: 'left-shift-mark', arity: 1 },
    { name: 'right-shift-mark', arity: 1 },
    { name: 'ctmask', arity: 1, excludes: ['mask'] },
    { name: 'nfmask', arity: 1, excludes: ['mask'] },
    { name: 'mask', arity: 1, excludes: ['ctmask', 'nfmask'] },
  ],
  decode(given, context) {
    const drawn: Drawn = { value: 0, connectionMask: u32, packetMask: u32 };
    for (const use of given) if (!draw(use, drawn, context)) return undefined;
    const { operation: kind, value, connectionMask, packetMask } = drawn;
    if (kind === undefined) {
      context.report('option-needed', { extension: 'CONNMARK', options: '--set-xmark, --save-mark, --restore-mark or another operation' });
      return undefined;
    }
    const shift = optional('shift', drawn.shift?.bits === 0 ? undefined : drawn.shift);
    const operation: ConnmarkJump['operation'] =
      kind === 'set' ? { kind, xmark: { value, mask: connectionMask }, ...shift } : { kind, packetMask, connectionMask, ...shift };
    return { kind: 'connmark', source: context.source, operation };
  },
  print({ operation }) {
    const shift = operation.shift === undefined ? '' : printValue(`${operation.shift.direction}-shift-mark`, operation.shift.bits);
    if (operation.kind === 'set') return printValue('set-xmark', formatXmark(operation.xmark)) + shift;
    return ` --${operation.kind}-mark --nfmask ${hex(operation.packetMask)} --ctmask ${hex(operation.connectionMask)}${shift}`;
  },
};
