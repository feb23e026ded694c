import { opaque, type MatchMeaning } from '../evaluation.js';

export const connlimit: MatchMeaning<'connlimit'> = () => opaque('which counts the connections there are');
