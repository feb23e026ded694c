import { opaque, type MatchMeaning } from '../evaluation.js';

export const connlabel: MatchMeaning<'connlabel'> = () => opaque('which asks for the label of the connection');
