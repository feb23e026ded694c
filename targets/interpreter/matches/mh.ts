import { read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

const noNextHeader = 59;

/** Another header behind the mobility header condemns the packet. */
export const mh: MatchMeaning<'mh'> = ({ type }) => (evaluation) => {
  if (evaluation.fragment !== 0) return false;
  const { packet: { bytes }, transport } = evaluation;
  if (!hasTransport(evaluation, 6) || read8(bytes, transport) !== noNextHeader) return condemn(evaluation);
  return type === undefined || inRange(read8(bytes, transport + 2), type.value) !== type.negated;
};
