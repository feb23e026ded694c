import { read16 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** Compares the 16-bit CPI; the reserved field is never looked at. */
export const ipcomp: MatchMeaning<'ipcomp'> = ({ spi }) => (evaluation) => {
  if (evaluation.fragment !== 0) return false;
  if (!hasTransport(evaluation, 4)) return condemn(evaluation);
  return inRange(read16(evaluation.packet.bytes, evaluation.transport + 2), spi.value) !== spi.negated;
};
