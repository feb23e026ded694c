import type { JumpMeaning } from '../evaluation.js';

/** A copy goes to the gateway, which is not followed; the packet itself goes on. */
export const tee: JumpMeaning<'tee'> = () => () => undefined;
