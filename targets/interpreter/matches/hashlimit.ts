import { opaque, type MatchMeaning } from '../evaluation.js';

export const hashlimit: MatchMeaning<'hashlimit'> = () => opaque('which remembers a rate for each address');
