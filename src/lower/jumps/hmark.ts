import type { LowerJump } from './lower-jump.js';

export const hmark: LowerJump<'hmark'> = (jump) => ({ kind: 'outside', jump });
