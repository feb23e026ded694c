import { opaque, type MatchMeaning } from '../evaluation.js';

export const ipvs: MatchMeaning<'ipvs'> = () => opaque('which asks what IPVS knows of the packet');
