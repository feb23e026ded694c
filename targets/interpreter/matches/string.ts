import { opaque, type MatchMeaning } from '../evaluation.js';

export const string: MatchMeaning<'string'> = () => opaque('which searches the payload');
