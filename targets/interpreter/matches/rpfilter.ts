import { opaque, type MatchMeaning } from '../evaluation.js';

export const rpfilter: MatchMeaning<'rpfilter'> = () => opaque('which asks for the way back');
