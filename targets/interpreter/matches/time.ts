import { opaque, type MatchMeaning } from '../evaluation.js';

export const time: MatchMeaning<'time'> = () => opaque('which asks the time of day');
