import { ttlOf, writeTtl } from '../../../src/stack/index.js';
import type { Effect, JumpMeaning } from '../evaluation.js';

/** Saturates at 0 and 255. */
export const changeTtl = (operation: 'set' | 'inc' | 'dec', value: number): Effect => ({ packet }) => {
  const old = ttlOf(packet);
  writeTtl(packet, operation === 'set' ? value : operation === 'inc' ? Math.min(255, old + value) : Math.max(0, old - value));
  return undefined;
};

export const ttl: JumpMeaning<'ttl'> = ({ operation, value }) => changeTtl(operation, value);
