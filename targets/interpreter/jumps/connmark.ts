import type { Shift } from '../../../src/ir/index.js';
import type { JumpMeaning } from '../evaluation.js';
import { xorUnder } from '../values.js';

/** Does nothing to a packet without connection. `--set-xmark` shifts the result, the copies what they take. */
export const connmark: JumpMeaning<'connmark'> = ({ operation }) => ({ packet }) => {
  const { connection } = packet;
  if (connection === undefined) return undefined;
  switch (operation.kind) {
    case 'set':
      connection.mark = shifted(xorUnder(connection.mark, operation.xmark), operation.shift);
      return undefined;
    case 'save':
      connection.mark = xorUnder(connection.mark, { mask: operation.connectionMask, value: shifted((packet.mark & operation.packetMask) >>> 0, operation.shift) });
      return undefined;
    case 'restore':
      packet.mark = xorUnder(packet.mark, { mask: operation.packetMask, value: shifted((connection.mark & operation.connectionMask) >>> 0, operation.shift) });
      return undefined;
  }
};

const shifted = (value: number, shift: Shift | undefined): number => (shift === undefined ? value : (shift.direction === 'left' ? value << shift.bits : value >>> shift.bits) >>> 0);
