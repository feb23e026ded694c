import type { JumpMeaning } from '../evaluation.js';

/** Ends the nat chain; the stack chooses the mapping and applies it. */
export const dnat: JumpMeaning<'dnat'> = (nat) => () => ({ kind: 'translate', nat });
