import type { JumpMeaning } from '../evaluation.js';

/** No program listens to queue 0. */
export const queue: JumpMeaning<'queue'> = () => () => ({ kind: 'drop' });
