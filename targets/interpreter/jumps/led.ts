import type { JumpMeaning } from '../evaluation.js';

/** Lights a lamp; the packet goes on. */
export const led: JumpMeaning<'led'> = () => () => undefined;
