import { opaque, type MatchMeaning } from '../evaluation.js';

export const cluster: MatchMeaning<'cluster'> = () => opaque('which hashes the connection');
