import type { JumpMeaning } from '../evaluation.js';

/** The class concerns the queue that the packet leaves by, and no rule can ask for it. */
export const classify: JumpMeaning<'classify'> = () => () => undefined;
