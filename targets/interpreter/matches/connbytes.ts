import { opaque, type MatchMeaning } from '../evaluation.js';

export const connbytes: MatchMeaning<'connbytes'> = () => opaque('which asks how much the connection has carried');
