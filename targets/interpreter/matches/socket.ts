import { opaque, type MatchMeaning } from '../evaluation.js';

export const socket: MatchMeaning<'socket'> = () => opaque('which looks for a local socket');
