import type { JumpMeaning } from '../evaluation.js';

export const nflog: JumpMeaning<'nflog'> = () => () => undefined;
