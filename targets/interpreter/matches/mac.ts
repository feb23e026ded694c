import { read16, read32 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

/** Without an Ethernet header nothing matches, inverted or not. */
export const mac: MatchMeaning<'mac'> = ({ address }) => ({ packet: { ethernet, inInterface } }) =>
  ethernet !== undefined && ethernet.length >= 14 && inInterface !== 'lo' && (read32(ethernet, 6) * 0x10000 + read16(ethernet, 10) === address.value) !== address.negated;
