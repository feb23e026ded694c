import { read32 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

export const esp: MatchMeaning<'esp'> = ({ spi }) => (evaluation) => {
  if (evaluation.fragment !== 0) return false;
  if (!hasTransport(evaluation, 8)) return condemn(evaluation);
  return spi === undefined || inRange(read32(evaluation.packet.bytes, evaluation.transport), spi.value) !== spi.negated;
};
