import { tosOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { underMask } from '../values.js';

export const tos: MatchMeaning<'tos'> = ({ tos: wanted }) => ({ packet }) => underMask(tosOf(packet), wanted.value) !== wanted.negated;
