import { opaque, type MatchMeaning } from '../evaluation.js';

export const policy: MatchMeaning<'policy'> = () => opaque('which asks what IPsec has done');
