import { clampMss } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';

/** A packet whose TCP header is not whole is dropped. */
export const tcpmss: JumpMeaning<'tcpmss'> = ({ mss }) => ({ packet, fragment, host }) => {
  if (fragment !== 0) return undefined;
  return clampMss(packet, mss, host) ? undefined : { kind: 'drop' };
};
