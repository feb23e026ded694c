import { opaque, type JumpMeaning } from '../evaluation.js';

export const set: JumpMeaning<'set'> = () => opaque('which changes a set or asks for what it holds');
