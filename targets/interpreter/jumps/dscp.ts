import { tosOf, writeTos } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';

/** Keeps the two ECN bits. */
export const dscp: JumpMeaning<'dscp'> = ({ dscp: value }) => ({ packet }) => {
  writeTos(packet, (tosOf(packet) & 3) | (value << 2));
  return undefined;
};
