import { tosOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';

export const dscp: MatchMeaning<'dscp'> = ({ dscp: wanted }) => ({ packet }) => (tosOf(packet) >>> 2 === wanted.value) !== wanted.negated;
