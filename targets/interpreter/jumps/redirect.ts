import type { JumpMeaning } from '../evaluation.js';

/** Ends the nat chain; the stack chooses the mapping and applies it. */
export const redirect: JumpMeaning<'redirect'> = (nat) => () => ({ kind: 'translate', nat });
