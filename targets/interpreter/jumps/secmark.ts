import type { JumpMeaning } from '../evaluation.js';

/** Nothing that rules could see changes. */
export const secmark: JumpMeaning<'secmark'> = () => () => undefined;
