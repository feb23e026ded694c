import type { MatchMeaning } from '../evaluation.js';
import { underMask } from '../values.js';

export const mark: MatchMeaning<'mark'> = ({ mark: wanted }) => ({ packet }) => underMask(packet.mark, wanted.value) !== wanted.negated;
