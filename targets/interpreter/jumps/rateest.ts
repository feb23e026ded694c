import type { JumpMeaning } from '../evaluation.js';

/** Counts; the packet goes on. */
export const rateest: JumpMeaning<'rateest'> = () => () => undefined;
