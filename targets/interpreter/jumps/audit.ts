import type { JumpMeaning } from '../evaluation.js';

/** Writes a record; the packet goes on. */
export const audit: JumpMeaning<'audit'> = () => () => undefined;
