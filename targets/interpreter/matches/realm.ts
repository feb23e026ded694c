import { opaque, type MatchMeaning } from '../evaluation.js';

export const realm: MatchMeaning<'realm'> = () => opaque('which asks for the realm of the route');
