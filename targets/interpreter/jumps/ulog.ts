import type { JumpMeaning } from '../evaluation.js';

/** Tells user space; the packet goes on. */
export const ulog: JumpMeaning<'ulog'> = () => () => undefined;
