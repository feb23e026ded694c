import type { JumpMeaning } from '../evaluation.js';

/** The packet goes on, watched. */
export const trace: JumpMeaning<'trace'> = () => () => undefined;
