import type { JumpMeaning } from '../evaluation.js';

/** Ends the nat chain; the stack chooses the mapping and applies it. */
export const masquerade: JumpMeaning<'masquerade'> = (nat) => () => ({ kind: 'translate', nat });
