import type { MatchMeaning } from '../evaluation.js';
import { hasState } from './conntrack.js';

export const state: MatchMeaning<'state'> = ({ states }) => ({ packet }) => hasState(packet, states.value) !== states.negated;
