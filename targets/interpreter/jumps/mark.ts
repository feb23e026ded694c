import type { JumpMeaning } from '../evaluation.js';
import { xorUnder } from '../values.js';

export const mark: JumpMeaning<'mark'> = ({ xmark }) => ({ packet }) => {
  packet.mark = xorUnder(packet.mark, xmark);
  return undefined;
};
