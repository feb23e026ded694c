import { unreachable, type Shift } from '../../ir/index.js';
import type { LowerJump } from './lower-jump.js';

const shifted = (shift: Shift | undefined): { readonly shift?: Shift } => (shift === undefined || shift.bits === 0 ? {} : { shift });

/** Set shifts the outcome; save and restore shift what they copy. */
export const connmark: LowerJump<'connmark'> = ({ operation }) => {
  switch (operation.kind) {
    case 'set':
      return {
        kind: 'assign',
        to: 'ct.mark',
        value: { kind: 'xor', mask: operation.xmark.mask, value: operation.xmark.value, ...shifted(operation.shift) },
      };
    case 'save':
      return {
        kind: 'assign',
        to: 'ct.mark',
        value: { kind: 'copy', from: 'packet.mark', fromMask: operation.packetMask, toMask: operation.connectionMask, ...shifted(operation.shift) },
      };
    case 'restore':
      return {
        kind: 'assign',
        to: 'packet.mark',
        value: { kind: 'copy', from: 'ct.mark', fromMask: operation.connectionMask, toMask: operation.packetMask, ...shifted(operation.shift) },
      };
    default:
      return unreachable(operation);
  }
};
