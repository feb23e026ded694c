import type { MatchMeaning } from '../evaluation.js';

/** Nobody has opened a socket on this host that a packet would find. */
export const socket: MatchMeaning<'socket'> = () => () => false;
