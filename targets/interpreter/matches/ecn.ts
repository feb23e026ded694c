import { read8, tosOf } from '../../../src/stack/index.js';
import { hasTransport, type MatchMeaning } from '../evaluation.js';

/** A short TCP header fails the match, inverted or not; the fragment offset is not looked at. */
export const ecn: MatchMeaning<'ecn'> = ({ tcpEce, tcpCwr, ipEct }) => (evaluation) => {
  const { packet, transport } = evaluation;
  if (ipEct !== undefined && ((tosOf(packet) & 3) === ipEct.value) === ipEct.negated) return false;
  if (tcpEce === undefined && tcpCwr === undefined) return true;
  if (!hasTransport(evaluation, 20)) return false;
  const flags = read8(packet.bytes, transport + 13);
  return (tcpEce === undefined || ((flags & 0x40) !== 0) === tcpEce) && (tcpCwr === undefined || ((flags & 0x80) !== 0) === tcpCwr);
};
