import { stripOptions } from '../../../src/stack/index.js';
import type { JumpMeaning } from '../evaluation.js';

/** Options become no-operations. A packet whose header lies about its length is dropped. */
export const tcpoptstrip: JumpMeaning<'tcpoptstrip'> = ({ options }) => {
  const stripped = new Set(options);
  return ({ packet }) => (stripOptions(packet, stripped) ? undefined : { kind: 'drop' });
};
