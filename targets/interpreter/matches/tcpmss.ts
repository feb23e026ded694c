import { read16, read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';
import { nextOption, optionsEnd } from './tcp.js';

/** Without an MSS option `--mss` is false and `! --mss` true. The fragment offset is not looked at. */
export const tcpmss: MatchMeaning<'tcpmss'> = ({ mss }) => (evaluation) => {
  if (!hasTransport(evaluation, 20)) return condemn(evaluation);
  const { packet: { bytes }, transport } = evaluation;
  const end = optionsEnd(evaluation);
  if (end === undefined) return condemn(evaluation);
  for (let at = transport + 20; at < end; at = nextOption(bytes, at)) {
    if (read8(bytes, at) === 2 && end - at >= 4 && read8(bytes, at + 1) === 4) return inRange(read16(bytes, at + 2), mss.value) !== mss.negated;
  }
  return mss.negated;
};
