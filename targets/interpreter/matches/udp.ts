import { read16 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

export const udp: MatchMeaning<'udp'> = ({ sourcePort, destinationPort }) => (evaluation) => {
  if (evaluation.fragment !== 0) return false;
  if (!hasTransport(evaluation, 8)) return condemn(evaluation);
  const { packet: { bytes }, transport } = evaluation;
  if (sourcePort !== undefined && inRange(read16(bytes, transport), sourcePort.value) === sourcePort.negated) return false;
  return destinationPort === undefined || inRange(read16(bytes, transport + 2), destinationPort.value) !== destinationPort.negated;
};
