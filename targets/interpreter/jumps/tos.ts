import { tosOf, writeTos } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';

export const tos: JumpMeaning<'tos'> = ({ tos: { value, mask } }) => ({ packet }) => {
  writeTos(packet, ((tosOf(packet) & ~mask) ^ value) & 0xff);
  return undefined;
};
