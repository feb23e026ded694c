import type { LowerJump } from './lower-jump.js';

export const log: LowerJump<'log'> = (jump) => ({ kind: 'log', log: jump });
