import { opaque, type MatchMeaning } from '../evaluation.js';

export const osf: MatchMeaning<'osf'> = () => opaque('which asks a table of fingerprints');
