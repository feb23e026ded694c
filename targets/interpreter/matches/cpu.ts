import { opaque, type MatchMeaning } from '../evaluation.js';

export const cpu: MatchMeaning<'cpu'> = () => opaque('which asks for the processor that handles the packet');
