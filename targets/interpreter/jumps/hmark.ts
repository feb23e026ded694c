import { opaque, type JumpMeaning } from '../evaluation.js';

export const hmark: JumpMeaning<'hmark'> = () => opaque('which marks packets by a hash');
