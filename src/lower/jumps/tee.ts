import type { LowerJump } from './lower-jump.js';

export const tee: LowerJump<'tee'> = (jump) => ({ kind: 'outside', jump });
