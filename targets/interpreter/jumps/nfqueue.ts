import { opaque, type JumpMeaning } from '../evaluation.js';

export const nfqueue: JumpMeaning<'nfqueue'> = () => opaque('which asks a program');
