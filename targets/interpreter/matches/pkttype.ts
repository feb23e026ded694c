import type { MatchMeaning } from '../evaluation.js';

export const pkttype: MatchMeaning<'pkttype'> = ({ packetType }) => ({ packet }) => (packet.packetType === packetType.value) !== packetType.negated;
