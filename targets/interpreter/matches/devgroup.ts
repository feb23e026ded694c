import { opaque, type MatchMeaning } from '../evaluation.js';

export const devgroup: MatchMeaning<'devgroup'> = () => opaque('which asks for the groups of devices');
