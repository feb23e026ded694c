import type { JumpMeaning } from '../evaluation.js';

/** Restarts a timer; the packet goes on. */
export const idletimer: JumpMeaning<'idletimer'> = () => () => undefined;
