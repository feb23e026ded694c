import { read16 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

export const multiport: MatchMeaning<'multiport'> = ({ side, ports }) => {
  const listed = (port: number): boolean => ports.value.some((entry) => inRange(port, entry));
  return (evaluation) => {
    if (evaluation.fragment !== 0) return false;
    if (!hasTransport(evaluation, 4)) return condemn(evaluation);
    const { packet: { bytes }, transport } = evaluation;
    const hit = (side !== 'destination' && listed(read16(bytes, transport))) || (side !== 'source' && listed(read16(bytes, transport + 2)));
    return hit !== ports.negated;
  };
};
