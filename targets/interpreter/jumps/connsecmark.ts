import type { JumpMeaning } from '../evaluation.js';

/** No security module: nothing that rules could see changes. */
export const connsecmark: JumpMeaning<'connsecmark'> = () => () => undefined;
