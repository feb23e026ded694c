import type { MatchMeaning } from '../evaluation.js';

export const comment: MatchMeaning<'comment'> = () => () => true;
