import type { MatchMeaning } from '../evaluation.js';

/** No packet here has been under IPsec, or will be. */
export const policy: MatchMeaning<'policy'> = ({ policy: asked }) => () => asked === 'none';
