import { ttlOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { compares } from '../values.js';

export const hl: MatchMeaning<'hl'> = ({ comparison, value }) => ({ packet }) => compares(ttlOf(packet), comparison, value);
