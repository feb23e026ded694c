import { opaque, type MatchMeaning } from '../evaluation.js';

export const nfacct: MatchMeaning<'nfacct'> = () => opaque('which asks for the quota of an accounting object');
