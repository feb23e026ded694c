import { ttlOf } from '../../../src/stack/index.js';
import type { MatchMeaning } from '../evaluation.js';
import { compares } from '../values.js';

export const ttl: MatchMeaning<'ttl'> = ({ comparison, value }) => ({ packet }) => compares(ttlOf(packet), comparison, value);
