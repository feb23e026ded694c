import { opaque, type MatchMeaning } from '../evaluation.js';

export const rateest: MatchMeaning<'rateest'> = () => opaque('which asks for an estimated rate');
