import type { LowerJump } from './lower-jump.js';

export const trace: LowerJump<'trace'> = (jump) => ({ kind: 'outside', jump });
