import { opaque, type MatchMeaning } from '../evaluation.js';

export const physdev: MatchMeaning<'physdev'> = () => opaque('which asks for the port of a bridge');
