import { opaque, type JumpMeaning } from '../evaluation.js';

export const queue: JumpMeaning<'queue'> = () => opaque('which asks a program');
