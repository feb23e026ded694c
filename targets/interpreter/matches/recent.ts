import { opaque, type MatchMeaning } from '../evaluation.js';

export const recent: MatchMeaning<'recent'> = () => opaque('which remembers earlier packets');
