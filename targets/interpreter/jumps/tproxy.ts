import { opaque, type JumpMeaning } from '../evaluation.js';

export const tproxy: JumpMeaning<'tproxy'> = () => opaque('which hands packets to a local socket');
