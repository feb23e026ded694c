import type { MatchMeaning } from '../evaluation.js';
import { underMask } from '../values.js';

/** Never matches a packet without connection, inverted or not. */
export const connmark: MatchMeaning<'connmark'> = ({ mark }) => ({ packet }) => packet.connection !== undefined && underMask(packet.connection.mark, mark.value) !== mark.negated;
