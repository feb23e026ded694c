import { opaque, type JumpMeaning } from '../evaluation.js';

export const synproxy: JumpMeaning<'synproxy'> = () => opaque('which answers for another host');
