import type { JumpMeaning } from '../evaluation.js';

export const log: JumpMeaning<'log'> = () => () => undefined;
