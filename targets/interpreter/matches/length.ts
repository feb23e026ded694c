import { read16 } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** What the IP header says; IPv6 with its 40 bytes. */
export const length: MatchMeaning<'length'> = ({ length: wanted }, { family }) => ({ packet: { bytes } }) =>
  inRange(family === 4 ? read16(bytes, 2) : read16(bytes, 4) + 40, wanted.value) !== wanted.negated;
