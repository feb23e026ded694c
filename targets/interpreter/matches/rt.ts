import { opaque, type MatchMeaning } from '../evaluation.js';

export const rt: MatchMeaning<'rt'> = () => opaque('which reads the routing header');
